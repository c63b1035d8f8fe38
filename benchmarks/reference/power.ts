/**
 * What a comparison can show, from the scatter of a pilot: the deviation of paired differences over
 * seeds, pooled over learning rates, and the smallest difference that so many seeds find four times in
 * five.
 *
 * `deno run --allow-read benchmarks/reference/power.ts reports/PILOT METRIC PAIRS ARM BASELINE [ARM BASELINE …]`
 *
 * @module
 */
import { type Program, program, start } from "../cli/program.ts";
import { pair } from "../experiments/contrasts.ts";
import { nameBefore, ratesOf, suffixOf } from "../experiments/rate_sweep.ts";
import { unknownName, UsageError } from "../ground/errors.ts";
import { counted, fixed } from "../ground/format.ts";
import { count, readAs } from "../ground/value_kinds.ts";
import { seedValues } from "../judge/contrasts.ts";
import { pairedPower } from "../judge/statistics/sample_size.ts";
import { readResult, type Result } from "../record/mod.ts";

/** How paired differences scatter. */
export interface Scatter {
  /** Their standard deviation, pooled over rates, in the metric's unit. */
  sd: number;
  /** The degrees of freedom that it has, >= 1. */
  degrees: number;
}

/**
 * The scatter of `arm − baseline` over seeds. In a sweep of learning rates each rate has its own mean,
 * and all of them one deviation: the root of the squares' sum about those means, over the degrees of
 * freedom, `seeds − 1` of each rate.
 *
 * @param arm as it is called without a rate
 * @throws {UsageError} if the record has no such arm (suggests the nearest) or metric, or no two seeds
 * that pair at one rate
 */
export function scatterOf(result: Result, arm: string, baseline: string, metric: string): Scatter {
  for (const name of [arm, baseline]) checkArm(result, name);
  checkMetric(result, metric);
  const rates = ratesOf(result.config);
  const suffixes = rates.length > 0 ? rates.map(suffixOf) : [""];
  let squares = 0, degrees = 0;
  for (const suffix of suffixes) {
    const contrast = pair(`${arm}${suffix}`, `${baseline}${suffix}`);
    const { values } = seedValues(result, contrast, ({ metrics }) => metrics[metric]);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    squares += values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    degrees += Math.max(values.length - 1, 0);
  }
  if (degrees > 0) return { sd: Math.sqrt(squares / degrees), degrees };
  throw new UsageError(
    `Cannot tell how ${arm} − ${baseline} scatters as no two seeds of both arms are done: run more seeds`,
  );
}

function checkArm({ arms, config }: Result, arm: string): void {
  const names = [...new Set(arms.map(({ name }) => nameBefore(name, ratesOf(config))))];
  if (!names.includes(arm)) throw unknownName("arm", arm, names);
}

function checkMetric({ cells }: Result, metric: string): void {
  const names = [...new Set(cells.flatMap(({ metrics }) => Object.keys(metrics)))];
  if (!names.includes(metric)) throw unknownName("metric", metric, names);
}

/**
 * The smallest difference that a two-sided test of 5 % over `pairs` pairs finds four times in five.
 *
 * @param sd of the paired differences, >= 0
 * @param pairs a whole number >= 2
 * @throws {RangeError} if one of them is out of its range
 */
export function smallestEffect(sd: number, pairs: number): number {
  let low = 0, high = 100; // deviations
  while (high - low > 1e-6) {
    const difference = (low + high) / 2;
    if (pairedPower(pairs, { difference, sd: 1 }) < 0.8) low = difference;
    else high = difference;
  }
  return high * sd;
}

/** The program. */
export const power: Program = program({
  command: "deno run --allow-read benchmarks/reference/power.ts",
  summary:
    "How large a difference of arms must be for so many seeds to find it, from a pilot: the " +
    "deviation of paired differences over seeds, pooled over learning rates, and the smallest " +
    "difference that a two-sided test of 5 % finds four times in five.",
  operands: {
    DIR: "the folder of the pilot's report",
    METRIC: "such as mIoU or top1",
    PAIRS: "how many seeds the comparison has, >= 2",
    "ARM...": "pairs of arms, without their rates: ARM BASELINE [ARM BASELINE …]",
  },
  options: {},
  examples: [
    "deno run --allow-read benchmarks/reference/power.ts reports/ade20k-pilot-camvid mIoU 6 ws baseline",
  ],
  async run(_, { operands: [folder = "", metric = "", word = "", ...names] }) {
    const pairs = readAs(count(2), word, "PAIRS");
    if (names.length % 2 > 0) {
      throw new UsageError(
        `Cannot pair ${names.at(-1)} with nothing: give ARM BASELINE, and so on in twos`,
      );
    }
    const result = await readResult(folder);
    for (let i = 0; i < names.length; i += 2) {
      const [arm = "", baseline = ""] = names.slice(i);
      const { sd, degrees } = scatterOf(result, arm, baseline, metric);
      console.log(
        `${arm} − ${baseline}: SD ${fixed(sd, 2)} (${counted(degrees, "degree")} of freedom), ` +
          `${pairs} pairs find ${fixed(smallestEffect(sd, pairs), 2)}`,
      );
    }
  },
});

if (import.meta.main) await start(power);
