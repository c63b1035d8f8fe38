/**
 * What a run says of smoothness, a sentence for each contrast and line. The words are no stronger than
 * the figures, as in `../answer.ts`.
 *
 * @module
 */
import { seedsForVerdict } from "../../../experiments/claims/claim.ts";
import { counted, fixed } from "../../../ground/format.ts";
import { type SmoothnessContrast, smoothnessContrasts } from "../../../judge/smoothness.ts";
import { findCell, hasFailed, type Result } from "../../../record/mod.ts";
import { strong } from "../../blocks.ts";
import type { Text } from "../../document.ts";
import { walkLabels } from "./blocks.ts";

/** A p-value above it may be chance. */
const alpha = 0.05;

/** The contrasts of β-smoothness; nothing is judged by the Lipschitz constant, which its table has. */
export function smoothnessAnswers(result: Result): Text[] {
  return smoothnessContrasts(result)
    .filter(({ measure }) => measure.name === "beta")
    .map((one) => answer(result, one));
}

function answer(result: Result, { walk, measure, contrast }: SmoothnessContrast): Text {
  const { label, difference, pValue = 0, pairs } = contrast;
  const what = `${measure.label} ${walkLabels[walk]}, ${label}`;
  if (difference === undefined) {
    const reason = pairs.leftOut[0]?.reason ?? "no seed ran";
    return [strong("Nothing to compare yet"), `: ${what}: ${reason}.`];
  }
  const { n, interval } = difference;
  const ratio = (log: number) => fixed(Math.exp(log), 3);
  const range = interval === undefined ? "" : ` [${ratio(interval.low)}, ${ratio(interval.high)}]`;
  const figure = `${what}: ${ratio(difference.mean)} ×${range}, ${counted(n, "seed")}`;
  const failures = failuresOf(result, contrast.weights);
  if (failures !== "") return [strong(`No verdict, as ${failures}`), `: ${figure}.`];
  if (interval === undefined) return [strong("One seed shows no difference"), `: ${figure}.`];
  const few = n < seedsForVerdict ? `; a verdict wants ${seedsForVerdict}` : "";
  if (interval.low <= 0 && interval.high >= 0) {
    return [strong("No difference shown"), `: ${figure}${few}.`];
  }
  const word = difference.mean < 0 ? "Smaller" : "Larger";
  if (pValue > alpha) {
    return [
      strong(`Perhaps ${word.toLowerCase()}`),
      `: ${figure} (p = ${fixed(pValue, 3)})${few}.`,
    ];
  }
  return [strong(few === "" ? word : `${word}, at a first look`), `: ${figure}${few}.`];
}

/** Cells that diverged, whose seeds are left out: those that went well hide that. */
function failuresOf(result: Result, weights: Readonly<Record<string, number>>): string {
  const failed = Object.keys(weights).filter((arm) => weights[arm] !== 0).flatMap((arm) => {
    const seeds = result.seeds.filter((seed) => hasFailed(findCell(result, arm, seed)));
    return seeds.length === 0 ? [] : [`${arm} failed with seed ${seeds.join(", ")}`];
  });
  return failed.join("; ");
}
