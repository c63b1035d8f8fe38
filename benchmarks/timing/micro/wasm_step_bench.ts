/**
 * What a step on wasm costs: recorded by `capture` and eager, with `--base` as another checkout runs
 * it, and a prediction as TensorFlow.js's own layers make it. Each side has a process, or with
 * `--browser` a page, of its own; a round runs all of them there and back.
 *
 * `deno run -A benchmarks/timing/micro/wasm_step_bench.ts --help` lists its options.
 *
 * @module
 */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { markdownTable } from "markdown-table";
import { flag, option } from "../../cli/options.ts";
import { type Program, program, start } from "../../cli/program.ts";
import { UsageError } from "../../ground/errors.ts";
import { checkWritableFile, exists } from "../../ground/files.ts";
import { count, file, folder, nameOf } from "../../ground/value_kinds.ts";
import {
  type BootstrapMedian,
  bootstrapMedianRatio,
  fewestForBootstrap,
} from "../../judge/statistics/bootstrap.ts";
import { median } from "../../judge/statistics/summary.ts";
import { SubjectError, SubjectProcess } from "../subject_process.ts";
import { checkChromium, openSidePage, type RunningSide } from "./wasm_step_pages.ts";
import { type Side, stepNames } from "./wasm_steps.ts";

/** Steps of each side before those that count: they record, and the engine compiles. */
const warmupSteps = 5;

const here = fileURLToPath(new URL("../../../", import.meta.url)).replace(/\/$/, "");

/** What was measured of a side. */
interface Measured {
  side: Side;
  /** The mean of the steps of each round. */
  roundsMs: number[];
  /** What the backend's memory has grown to. */
  heapBytes: number;
  /** The last step's result, which tells whether sides computed the same. */
  value: number;
}

interface Asked {
  step: string;
  rounds: number;
  steps: number;
  base?: string | undefined;
  browser: boolean;
}

export const wasmStep: Program = program({
  command: "deno run -A benchmarks/timing/micro/wasm_step_bench.ts",
  summary: "What a step on wasm costs: recorded, eager, and as another checkout runs it.",
  options: {
    step: option(nameOf("step", stepNames), "what is run", { default: "deeplab" }),
    base: option(folder, "another checkout, which is timed too", { usual: "none" }),
    browser: flag("run in pages of Chromium, not in Deno"),
    rounds: option(count(fewestForBootstrap), "rounds", { default: fewestForBootstrap }),
    steps: option(count(1), "steps of a side each time", { default: 1 }),
    json: option(file, "write the figures there, too"),
  },
  async run({ json, ...given }) {
    const { base } = given;
    const asked = { ...given, ...(base !== undefined && { base: resolve(base) }) };
    await checkPlaces(asked, json);
    const measured = await measure(asked);
    console.log(`${asked.step} on wasm, ${asked.browser ? "Chromium" : "Deno"}`);
    console.log(table(measured));
    console.log(`${asked.rounds} rounds; load ${Deno.loadavg()[0]!.toFixed(1)}`);
    if (json !== undefined) {
      const ratios = ratiosOf(measured).map(({ side, of, ratio: { median, interval } }) => ({
        side,
        of,
        median,
        interval,
      }));
      const record = { ...asked, measured, ratios };
      await Deno.writeTextFile(json, `${JSON.stringify(record, null, 2)}\n`);
    }
  },
});

/** Checks what would only be noticed after minutes, or told as a fault of this program. */
async function checkPlaces({ base, browser }: Asked, json: string | undefined): Promise<void> {
  for (const name of base === undefined ? [] : ["mod.ts", "src/training/train_step.ts"]) {
    if (await exists(`${base}/${name}`)) continue;
    throw new UsageError(
      `Cannot time ${base} as it is no checkout: it has no ${name} (--base DIR)`,
    );
  }
  if (json !== undefined) await checkWritableFile(json, "--json");
  if (browser) checkChromium();
}

function sidesOf({ step, base }: Asked): Side[] {
  return [
    "recorded",
    "eager",
    ...(base === undefined ? [] : ["base"] as const),
    ...(step === "predict-resnet18" ? ["stock"] as const : []),
  ];
}

async function measure(asked: Asked): Promise<Measured[]> {
  const sides: { running: RunningSide; measured: Measured }[] = [];
  try {
    for (const side of sidesOf(asked)) {
      const running = await open(asked, side);
      sides.push({ running, measured: { side, roundsMs: [], heapBytes: 0, value: NaN } });
      await running.run(warmupSteps);
    }
    for (let round = 0; round < asked.rounds; round++) {
      const sums = new Map<Side, number>();
      for (const { running, measured } of [...sides, ...sides.toReversed()]) {
        const { durationsMs, value } = await running.run(asked.steps);
        const sum = durationsMs.reduce((total, each) => total + each, 0);
        sums.set(measured.side, (sums.get(measured.side) ?? 0) + sum);
        measured.value = value;
      }
      for (const { measured } of sides) {
        measured.roundsMs.push(sums.get(measured.side)! / (2 * asked.steps));
      }
    }
    for (const { running, measured } of sides) {
      measured.heapBytes = (await running.memory()).peakBytes;
    }
    return sides.map(({ measured }) => measured);
  } finally {
    await Promise.all(sides.map(({ running }) => running.end()));
  }
}

async function open({ step, base, browser }: Asked, side: Side): Promise<RunningSide> {
  const checkout = side === "stock" ? undefined : side === "base" ? base : here;
  if (browser) return await openSidePage(step, side, checkout);
  const subject = fileURLToPath(new URL("./wasm_step_subject.ts", import.meta.url));
  const args = ["run", "-A", subject, step, side, ...(checkout === undefined ? [] : [checkout])];
  const env = { NO_COLOR: "1" }; // errors are copied
  const process = new SubjectProcess({ command: Deno.execPath(), args, env });
  try {
    await process.hello();
  } catch (error) {
    if (!(error instanceof SubjectError)) throw error;
    const message = `Cannot time ${step}, ${side}, as its process fails: ${error.message}`;
    throw new UsageError(message, { cause: error });
  }
  return process;
}

/** The recorded step beside each other side. */
function ratiosOf(
  [recorded, ...others]: readonly Measured[],
): { side: Side; of: Side; ratio: BootstrapMedian }[] {
  return others.map(({ side, roundsMs }) => ({
    side: recorded!.side,
    of: side,
    ratio: bootstrapMedianRatio(recorded!.roundsMs, roundsMs),
  }));
}

function table(measured: readonly Measured[]): string {
  const ratios = new Map(ratiosOf(measured).map(({ of, ratio }) => [of, ratio]));
  const rows = measured.map(({ side, roundsMs, heapBytes, value }) => {
    const ratio = ratios.get(side);
    const { low = NaN, high = NaN } = ratio?.interval ?? {};
    const beside = ratio === undefined
      ? "1"
      : `${ratio.median.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`;
    const [medianMs, leastMs] = [median(roundsMs), Math.min(...roundsMs)].map((ms) =>
      ms.toFixed(1)
    );
    return [side, medianMs!, leastMs!, beside, `${(heapBytes / 2 ** 20).toFixed(0)}`, `${value}`];
  });
  const head = ["side", "ms", "least", "recorded / it", "heap MiB", "result"];
  return markdownTable([head, ...rows], { align: ["l", "r", "r", "l", "r", "l"] });
}

if (import.meta.main) await start(wasmStep);
