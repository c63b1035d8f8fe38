/**
 * Whether the loader's memory grows with the data set: the peak of a process that loads the same
 * number of batches from a set of images, and from one with ten times the files (links to the same
 * images). Each is a process of its own.
 *
 * `deno run --allow-read --allow-write --allow-ffi --allow-env --allow-sys --allow-run
 * benchmarks/timing/micro/loader_memory_bench.ts --help` lists its options.
 *
 * @module
 */
import { join } from "node:path";
import { openClassified } from "../../../datasets/classified.ts";
import { classificationLoader } from "../../../datasets/loader.ts";
import { option } from "../../cli/options.ts";
import { type Program, program, start } from "../../cli/program.ts";
import { checkWritableFile } from "../../ground/files.ts";
import { count, file, folder } from "../../ground/value_kinds.ts";
import { largePictures } from "./photos.ts";

interface Peak {
  /** Training images in the set. */
  images: number;
  peakBytes: number;
}

export const loaderMemory: Program = program({
  command: "deno run -A benchmarks/timing/micro/loader_memory_bench.ts",
  summary: "Whether the loader's memory grows with the data set.",
  options: {
    data: option(folder, "classified images in train and val", { usual: "generated pictures" }),
    times: option(count(1), "how many times as many files the larger set has", { default: 10 }),
    batches: option(count(1), "batches that are loaded", { default: 64 }),
    loaderThreads: option(count(), "threads that decode images", {
      usual: "what fits the machine",
    }),
    json: option(file, "write the figures there, too"),
    child: option(folder, "load this set in this process, and print its peak, as is done for each"),
  },
  async run({ child, data, times, batches, loaderThreads, json }) {
    if (child === undefined) return await compare(times, data, json);
    console.log(JSON.stringify(await load(child, batches, loaderThreads)));
  },
});

/** Loads batches and measures the peak memory. */
async function load(data: string, batches: number, loaderThreads?: number): Promise<Peak> {
  const { training } = await openClassified(data);
  const threads = loaderThreads === undefined ? {} : { workers: loaderThreads };
  const options = { batchSize: 16, size: 224, train: true, ...threads };
  const loader = classificationLoader(training, options);
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

/** Loads in a new process. */
async function measure(data: string): Promise<Peak> {
  const permissions = ["read", "write", "env", "sys", "ffi"].map((name) => `--allow-${name}`);
  const program = new URL(import.meta.url).pathname;
  const args = ["run", ...permissions, program, ...Deno.args, "--child", data];
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args,
    stdout: "piped",
    stderr: "inherit",
  }).output();
  if (code !== 0) throw new Error(`Cannot measure ${data} as its process ended with ${code}`);
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** A data set of the same images, each under `times` names. */
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

/** Measures the two sets one after the other. */
async function compare(times: number, given?: string, json?: string): Promise<void> {
  if (json !== undefined) await checkWritableFile(json, "--json");
  const data = given ?? await largePictures(512);
  await openClassified(data); // throws if it is not one
  const many = await linked(data, times);
  try {
    const [once, often] = [await measure(data), await measure(many)];
    const ratio = often.peakBytes / once.peakBytes;
    const text = [once, often].map(({ images, peakBytes }) =>
      `${images} images: ${(peakBytes / 1e6).toFixed(0)} MB`
    );
    console.log(`${text.join(", ")}; ratio ${ratio.toFixed(3)}`);
    if (json !== undefined) {
      await Deno.writeTextFile(json, `${JSON.stringify({ once, often, ratio }, null, 2)}\n`);
    }
  } finally {
    await Deno.remove(many, { recursive: true });
  }
}

if (import.meta.main) await start(loaderMemory);
