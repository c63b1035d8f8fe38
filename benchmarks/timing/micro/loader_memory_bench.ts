/**
 * Whether the loader's memory grows with the data set: the peak of a process that loads the same
 * number of batches from a set of images, and from one with ten times the files (links to the same
 * images). Each is a process of its own.
 *
 * `deno run --allow-read --allow-write --allow-ffi --allow-env --allow-sys --allow-run
 * benchmarks/timing/micro/loader_memory_bench.ts [--data DIR] [--times 10] [--batches 64] [--workers N]
 * [--json FILE]`
 *
 * @module
 */
import { join } from "node:path";
import { openClassified } from "../../../datasets/classified.ts";
import { generatePictures } from "../../../datasets/generated/pictures.ts";
import { classificationLoader } from "../../../datasets/loader.ts";
import { parseArguments, parseCount } from "../../cli/arguments.ts";
import { endWith, exitCodes } from "../../cli/exit.ts";

/** What a process held. */
interface Peak {
  /** Training images in the set. */
  images: number;
  peakBytes: number;
}

const options = {
  data: { type: "string" },
  times: { type: "string", default: "10" },
  batches: { type: "string", default: "64" },
  workers: { type: "string" },
  json: { type: "string" },
  child: { type: "boolean", default: false },
} as const;

/** Loads batches and tells the most memory seen after one. */
async function load(
  data: string,
  batches: number,
  workers: { workers?: number },
): Promise<Peak> {
  const { training } = await openClassified(data);
  const loader = classificationLoader(training, {
    batchSize: 16,
    size: 224,
    train: true,
    ...workers,
  });
  let peakBytes = 0, left = batches;
  for (let epoch = 0; left > 0; epoch++) {
    for await (const _ of loader.batches(epoch)) {
      peakBytes = Math.max(peakBytes, Deno.memoryUsage().rss);
      if (--left === 0) break;
    }
  }
  await loader.close();
  return { images: training.length, peakBytes };
}

/** The same in a new process. */
async function measure(data: string): Promise<Peak> {
  const permissions = ["read", "write", "env", "sys", "ffi"].map((name) => `--allow-${name}`);
  const program = new URL(import.meta.url).pathname;
  const args = ["run", ...permissions, program, ...Deno.args, "--child", "--data", data];
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args,
    stdout: "piped",
    stderr: "inherit",
  }).output();
  if (code !== 0) throw new Error(`Cannot measure ${data} as its process ended with ${code}`);
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** A data set of the same images, each under so many names. */
async function linked(data: string, times: number): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "linked-" });
  for (const split of ["train", "val"]) {
    for await (const { name: label } of Deno.readDir(join(data, split))) {
      await Deno.mkdir(join(folder, split, label), { recursive: true });
      for await (const { name } of Deno.readDir(join(data, split, label))) {
        const file = await Deno.realPath(join(data, split, label, name));
        for (let i = 0; i < (split === "train" ? times : 1); i++) {
          await Deno.symlink(file, join(folder, split, label, `${i}-${name}`));
        }
      }
    }
  }
  return folder;
}

async function main(args: string[]): Promise<number> {
  const { values } = parseArguments({ args, options });
  const batches = parseCount("batches", values.batches, 1);
  const times = parseCount("times", values.times, 1);
  const workers = values.workers === undefined
    ? {}
    : { workers: parseCount("workers", values.workers) };
  if (values.child) console.log(JSON.stringify(await load(values.data!, batches, workers)));
  else await compare(values, times);
  return exitCodes.done;
}

/** Measures the two sets one after the other. */
async function compare(
  values: { data?: string | undefined; json?: string | undefined },
  times: number,
): Promise<void> {
  const shape = { training: 512, validation: 10, size: 432, classes: 10, seed: 0 };
  const data = values.data ??
    await generatePictures(".cache/pictures-432px-10-classes-512-10", shape);
  await openClassified(data); // says what is wrong with it
  const many = await linked(data, times);
  try {
    const [once, often] = [await measure(data), await measure(many)];
    const ratio = often.peakBytes / once.peakBytes;
    const text = [once, often].map(({ images, peakBytes }) =>
      `${images} images: ${(peakBytes / 1e6).toFixed(0)} MB`
    );
    console.log(`${text.join(", ")}; ratio ${ratio.toFixed(3)}`);
    if (values.json !== undefined) {
      await Deno.writeTextFile(values.json, `${JSON.stringify({ once, often, ratio }, null, 2)}\n`);
    }
  } finally {
    await Deno.remove(many, { recursive: true });
  }
}

if (import.meta.main) await endWith(() => main(Deno.args));
