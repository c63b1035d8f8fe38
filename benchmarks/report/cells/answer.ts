/**
 * What a comparison says, in a sentence for each arm: which is better, by how much, how surely. The
 * words are no stronger than the figures: an interval that holds 0 shows nothing, fewer than six
 * seeds are a first look, and where a cell failed there is no verdict.
 *
 * @module
 */
import { seedsForVerdict } from "../../experiments/claims/claim.ts";
import { bounds, counted, fixed, signed } from "../../ground/format.ts";
import { findCell, hasFailed, type Result } from "../../record/mod.ts";
import { strong } from "../blocks.ts";
import type { Text } from "../document.ts";
import { contrastsWithFirst, type EstimatedContrast } from "../../judge/contrast_estimates.ts";
import { lowerIsBetter, mainMetric, metricDigits, metricWords } from "./metrics.ts";

/** A p-value above it may be chance. */
const alpha = 0.05;

type Arm = Result["arms"][number];

/** Every arm against the first one, a sentence each. */
export function answers(result: Result): Text[] {
  const metric = mainMetric(result);
  if (metric === undefined) return ["No cell has a metric yet: there is nothing to compare."];
  if (result.arms.length < 2) return ["One arm: there is nothing to compare it with."];
  return contrastsWithFirst(result, metric)
    .map((contrast, i) => answer(result, metric, result.arms[i + 1]!, contrast));
}

/** Seeds with which an arm failed, in words. */
function failureText(result: Result, { name, label }: Arm): string[] {
  const seeds = result.seeds.filter((seed) => hasFailed(findCell(result, name, seed)));
  return seeds.length === 0 ? [] : [`${label} failed with seed ${seeds.join(", ")}`];
}

function answer(result: Result, metric: string, arm: Arm, contrast: EstimatedContrast): Text {
  const [baseline, ...others] = result.arms as [Arm, ...Arm[]];
  const [label, first] = [arm.label, baseline.label];
  const { pairs, difference, pValue = 0 } = contrast;
  const failures = [arm, baseline].flatMap((each) => failureText(result, each)).join(", ");
  const unit = metricWords(metric);
  const digits = metricDigits(metric);
  if (difference === undefined) {
    const why = failures || pairs.leftOut[0]?.reason || "no seed ran";
    return [strong(`Nothing to compare yet`), ` between ${label} and ${first}: ${why}.`];
  }
  const { mean, interval, n } = difference;
  const seeds = counted(n, "seed");
  const range = interval === undefined ? "" : ` ${bounds(interval, digits)}`;
  const plainly = `${label} − ${first} is ${signed(mean, digits)}${range} ${unit}`;
  if (failures !== "") {
    return [
      strong(`No verdict: ${failures}.`),
      ` Over the ${seeds} that both finished, ${plainly}; the seeds that went well say nothing of ` +
      "those that did not.",
    ];
  }
  if (interval === undefined) {
    return [strong("One seed shows no difference"), `: ${plainly}, without an interval.`];
  }
  const few = n < seedsForVerdict ? `; a verdict wants ${seedsForVerdict}` : "";
  if (interval.low <= 0 && interval.high >= 0) {
    return [
      strong(`No difference shown between ${label} and ${first}`),
      `: ${signed(mean, digits)}${range} ${unit} (${label} − ${first}), ${seeds}${few}.`,
    ];
  }
  const isBetter = mean > 0 !== lowerIsBetter(metric);
  const [better, worse] = isBetter ? [label, first] : [first, label];
  const by = ` by ${fixed(Math.abs(mean), digits)} ${
    magnitudes(interval, digits)
  } ${unit}, ${seeds}`;
  if (pValue > alpha) {
    return [
      strong(`${better} is ahead of ${worse}`),
      `${by}${few}; among ${counted(others.length, "comparison")} that can be chance ` +
      `(p = ${fixed(pValue, 3)} by Holm).`,
    ];
  }
  return [strong(`${better} beats ${worse}`), `${by}${few === "" ? "" : `: a first look${few}`}.`];
}

/** Of an interval that does not hold 0. */
function magnitudes({ low, high }: { low: number; high: number }, digits: number): string {
  const [from, to] = [Math.abs(low), Math.abs(high)].sort((a, b) => a - b) as [number, number];
  return `[${fixed(from, digits)}, ${fixed(to, digits)}]`;
}
