/**
 * How far apart the same training is on one thread and on two, on the tensorflow backend: losses and
 * weights of one cell (`--suite`'s quick profile, its baseline, seed 0), by relative distance.
 *
 *     deno run -A tests/long/thread_drift.ts [--suite imagenet] [--deterministic]
 *
 * With `--deterministic` both runs have it, the second with twice as many operations at a time: all
 * distances are 0, else the exit code is 1.
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { compare, ComparisonError } from "../../benchmarks/mod.ts";
import { readSafetensors } from "../../src/models/safetensors.ts";

const early = 10;

/** What a run had after its first steps, and at its end. */
interface Course {
  losses: number[];
  score: number;
  folder: string;
}

type Suite = "imagenet" | "ade20k";

/** Trains the cell: it is stopped after its first steps, for their weights, and goes on. */
async function train(suite: Suite, threads: number, deterministic: boolean, out: string) {
  const stop = new AbortController();
  const options = {
    ...{ suite, arms: "baseline", seeds: [0], backend: "tensorflow", deterministic },
    settings: { timingRounds: 0, intraOpThreads: deterministic ? 0 : threads },
    log: () => {},
  };
  await compare({
    ...{ ...options, out, signal: stop.signal },
    onProgress: (event) => {
      if (event.event === "step" && event.step === early) stop.abort();
    },
  }).catch((error) => {
    if (!(error instanceof ComparisonError) || error.ending !== "interrupted") throw error;
  });
  const folder = join(out, "checkpoints", "baseline-seed0");
  const name = `step-${`${early}`.padStart(8, "0")}.safetensors`;
  const weights = await Deno.readFile(join(folder, name));
  const { cells: [cell] } = await compare({ ...options, out, resume: true });
  await Deno.writeFile(join(out, "early.safetensors"), weights);
  await Deno.copyFile(join(out, cell!.weights!.last!.path), join(out, "end.safetensors"));
  const losses = cell!.curve.map(({ loss }) => loss);
  const score = cell!.metrics[suite === "imagenet" ? "top1" : "mIoU"]!;
  console.log(JSON.stringify({ losses, score, folder: out } satisfies Course));
}

/** |a − b| / |a| over all weights, but for what an optimizer keeps. */
async function distance(a: string, b: string): Promise<number> {
  const [first, second] = await Promise.all([a, b].map(async (path) => {
    const { tensors } = readSafetensors(await Deno.readFile(path));
    return tensors;
  }));
  let off = 0, size = 0;
  for (const [name, { bytes, dtype }] of first!) {
    if (dtype !== "F32" || /^optimizer/i.test(name)) continue;
    const [values, other] = [bytes, second!.get(name)!.bytes].map((bytes) =>
      new Float32Array(bytes.slice().buffer)
    );
    for (const [i, value] of values!.entries()) {
      off += (value - other![i]!) ** 2;
      size += value ** 2;
    }
  }
  return Math.sqrt(off / size);
}

const { values } = parseArgs({
  options: {
    suite: { type: "string", default: "imagenet" },
    deterministic: { type: "boolean", default: false },
    child: { type: "string" },
    out: { type: "string" },
  },
});
const suite = values.suite as Suite, { deterministic } = values;
if (values.child !== undefined) {
  await train(suite, Number(values.child), deterministic, values.out!);
  Deno.exit(0);
}
const folder = await Deno.makeTempDir({ prefix: "threads-" });
const courses: Course[] = [];
for (const threads of [1, 2]) {
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", fileURLToPath(import.meta.url), "--suite", suite, "--child", `${threads}`],
      ...["--out", join(folder, `${threads}`), ...(deterministic ? ["--deterministic"] : [])],
    ],
    env: { TF_NUM_INTEROP_THREADS: `${2 * threads}` },
    stdin: "null",
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`Cannot measure as the run with ${threads} threads failed`);
  courses.push(JSON.parse(new TextDecoder().decode(stdout).trim().split("\n").at(-1)!));
}
const [one, two] = courses as [Course, Course];
const lossDistances = one.losses.map((loss, i) => Math.abs(loss - two.losses[i]!) / Math.abs(loss));
const shown = (value: number) => value === 0 ? "0" : value.toExponential(1);
console.log(
  "| after step | loss, relative | weights, relative | score |\n| ---: | ---: | ---: | ---: |",
);
for (const step of [1, 2, 5]) console.log(`| ${step} | ${shown(lossDistances[step - 1]!)} | | |`);
const at = async (name: string) => await distance(join(one.folder, name), join(two.folder, name));
const [first, last] = [await at("early.safetensors"), await at("end.safetensors")];
console.log(`| ${early} | ${shown(lossDistances[early - 1]!)} | ${shown(first)} | |`);
console.log(
  `| ${one.losses.length} | ${shown(lossDistances.at(-1)!)} | ${shown(last)} | ` +
    `${one.score.toFixed(2)} and ${two.score.toFixed(2)} |`,
);
await Deno.remove(folder, { recursive: true });
const isSame = Math.max(...lossDistances, first, last) === 0;
if (deterministic && !isSame) Deno.exit(1);
