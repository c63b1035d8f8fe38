/**
 * What a comparison says, in a sentence for each of its contrasts: of two arms which is better, of any
 * other whether it differs from 0; by how much, how surely. The words are no stronger than the
 * figures: an interval that holds 0 shows nothing, fewer than six seeds are a first look, and where a
 * cell failed there is no verdict.
 *
 * @module
 */
import { seedsForVerdict } from "../../experiments/claims/claim.ts";
import { bounds, counted, fixed, signed } from "../../ground/format.ts";
import { findCell, hasFailed, type Result } from "../../record/mod.ts";
import { strong } from "../blocks.ts";
import type { Text } from "../document.ts";
import { contrastsOf, type EstimatedContrast } from "../../judge/contrast_estimates.ts";
import { lowerIsBetter, mainMetric, metricDigits, metricWords } from "./metrics.ts";

/** A p-value above it may be chance. */
const alpha = 0.05;

type Arm = Result["arms"][number];

/** The contrasts of the run, a sentence each: those that stand in its table of differences. */
export function answers(result: Result): Text[] {
  const metric = mainMetric(result);
  if (metric === undefined) return ["No cell has a metric yet: there is nothing to compare."];
  if (result.arms.length < 2) return ["One arm: there is nothing to compare it with."];
  const contrasts = contrastsOf(result, metric);
  if (contrasts.length === 0) return ["No contrasts: nothing is compared."];
  return contrasts.map((contrast) => answer(result, metric, contrast, contrasts.length));
}

/** Seeds with which an arm failed, in words. */
function failureText(result: Result, { name, label }: Arm): string[] {
  const seeds = result.seeds.filter((seed) => hasFailed(findCell(result, name, seed)));
  return seeds.length === 0 ? [] : [`${label} failed with seed ${seeds.join(", ")}`];
}

/** What a contrast is of, in words. */
interface Subject {
  /** Its arms, those of weight 0 left out. */
  arms: Arm[];
  /** The two of a pair, the one that is subtracted last. */
  pair?: [string, string];
  /** What has the value. */
  label: string;
}

function subjectOf({ arms }: Result, { label, weights }: EstimatedContrast): Subject {
  const weighed = arms.filter(({ name }) => (weights[name] ?? 0) !== 0)
    .sort((a, b) => weights[b.name]! - weights[a.name]!);
  const [plus, minus] = weighed;
  const isPair = weighed.length === 2 && weights[plus!.name] === 1 && weights[minus!.name] === -1;
  if (!isPair) return { arms: weighed, label };
  const pair: [string, string] = [plus!.label, minus!.label];
  return { arms: weighed, pair, label: pair.join(" − ") };
}

function answer(
  result: Result,
  metric: string,
  contrast: EstimatedContrast,
  count: number,
): Text {
  const { arms, pair, label } = subjectOf(result, contrast);
  const { pairs, difference, pValue = 0 } = contrast;
  const failures = arms.flatMap((each) => failureText(result, each)).join(", ");
  const unit = metricWords(metric);
  const digits = metricDigits(metric);
  if (difference === undefined) {
    const why = failures || pairs.leftOut[0]?.reason || "no seed ran";
    const what = pair === undefined ? `for ${label}` : `between ${pair.join(" and ")}`;
    const isRefused = arms.some(({ refused }) => refused !== undefined);
    return [strong(`Nothing to compare${isRefused ? "" : " yet"}`), ` ${what}: ${why}.`];
  }
  const { mean, interval, n } = difference;
  const seeds = counted(n, "seed");
  const range = interval === undefined ? "" : ` ${bounds(interval, digits)}`;
  const value = `${signed(mean, digits)}${range} ${unit}`;
  const plainly = `${label} is ${value}`;
  if (failures !== "") {
    return [
      strong(`No verdict: ${failures}.`),
      ` Over the ${seeds} that ${pair === undefined ? "all" : "both"} finished, ${plainly}; the ` +
      "seeds that went well say nothing of those that did not.",
    ];
  }
  if (interval === undefined) {
    return [strong("One seed shows no difference"), `: ${plainly}, without an interval.`];
  }
  const few = n < seedsForVerdict ? `; a verdict wants ${seedsForVerdict}` : "";
  if (interval.low <= 0 && interval.high >= 0) {
    const [what, of] = pair === undefined
      ? [`${label}: no effect shown`, ""]
      : [`No difference shown between ${pair.join(" and ")}`, ` (${label})`];
    return [strong(what), `: ${value}${of}, ${seeds}${few}.`];
  }
  const isChance = pValue > alpha;
  const chance = `${few}; among ${counted(count, "comparison")} that can be chance ` +
    `(p = ${fixed(pValue, 3)} by Holm).`;
  const end = isChance ? chance : `${few === "" ? "" : `: a first look${few}`}.`;
  if (pair === undefined) {
    const what = `${label}: ${isChance ? "perhaps an effect" : "an effect"}`;
    return [strong(what), `, ${value}, ${seeds}${end}`];
  }
  const isBetter = mean > 0 !== lowerIsBetter(metric);
  const [better, worse] = isBetter ? pair : pair.toReversed();
  const by = `by ${fixed(Math.abs(mean), digits)} ${magnitudes(interval, digits)} ${unit}`;
  const verb = isChance ? "is ahead of" : "beats";
  return [strong(`${better} ${verb} ${worse}`), ` ${by}, ${seeds}${end}`];
}

/** Of an interval that does not hold 0. */
function magnitudes({ low, high }: { low: number; high: number }, digits: number): string {
  const [from, to] = [Math.abs(low), Math.abs(high)].sort((a, b) => a - b) as [number, number];
  return `[${fixed(from, digits)}, ${fixed(to, digits)}]`;
}
