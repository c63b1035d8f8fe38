/**
 * What a comparison can show, from the scatter of a pilot: the deviation of paired differences over
 * seeds, pooled over learning rates, and the smallest difference that so many seeds find four times in
 * five.
 *
 * `deno run --allow-read benchmarks/reference/power.ts reports/PILOT METRIC PAIRS ARM BASELINE [ARM BASELINE …]`
 *
 * @module
 */
import { pair } from "../experiments/contrasts.ts";
import { fixed } from "../ground/format.ts";
import { seedValues } from "../judge/contrasts.ts";
import { pairedPower } from "../judge/statistics/sample_size.ts";
import { readResult, type Result } from "../record/mod.ts";

/** How paired differences scatter. */
export interface Scatter {
  /** Their standard deviation, pooled over rates, in the metric's unit. */
  sd: number;
  /** The degrees of freedom that it has. */
  degrees: number;
}

/**
 * The scatter of `arm − baseline` over seeds in a sweep of learning rates, whose arms are called
 * `ARM@RATE`: each rate has its own mean, and all of them one deviation.
 */
export function scatterOf(result: Result, arm: string, baseline: string, metric: string): Scatter {
  const rates = result.arms.flatMap(({ name }) =>
    name.split("@")[0] === arm ? [name.split("@")[1]] : []
  );
  const sums = rates.map((rate) => {
    const contrast = pair(`${arm}@${rate}`, `${baseline}@${rate}`);
    const { values } = seedValues(result, contrast, ({ metrics }) => metrics[metric]);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return {
      squares: values.reduce((sum, value) => sum + (value - mean) ** 2, 0),
      degrees: Math.max(values.length - 1, 0),
    };
  });
  const degrees = sums.reduce((sum, each) => sum + each.degrees, 0);
  const squares = sums.reduce((sum, each) => sum + each.squares, 0);
  return { sd: Math.sqrt(squares / degrees), degrees };
}

/**
 * The smallest difference that a two-sided test of 5 % over `pairs` pairs finds four times in five.
 *
 * @param sd of the paired differences, > 0
 */
export function smallestEffect(sd: number, pairs: number): number {
  let low = 0, high = 100 * sd;
  while (high - low > 1e-4 * sd) {
    const difference = (low + high) / 2;
    if (pairedPower(pairs, { difference, sd }) < 0.8) low = difference;
    else high = difference;
  }
  return high;
}

if (import.meta.main) {
  const [folder, metric, pairs, ...names] = Deno.args;
  const result = await readResult(folder!);
  for (let i = 0; i < names.length; i += 2) {
    const [arm, baseline] = names.slice(i);
    const { sd, degrees } = scatterOf(result, arm!, baseline!, metric!);
    console.log(
      `${arm} − ${baseline}: SD ${fixed(sd, 2)} (${degrees} degrees of freedom), ` +
        `${pairs} pairs find ${fixed(smallestEffect(sd, Number(pairs)), 2)}`,
    );
  }
}
