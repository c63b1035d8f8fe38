/**
 * What a run says of smoothness, a sentence for each contrast and line. The words are no stronger than
 * the figures, as in `../answer.ts`.
 *
 * @module
 */
import { seedsForVerdict } from "../../../experiments/claims/claim.ts";
import { counted, fixed } from "../../../ground/format.ts";
import {
  logMeasure,
  type SmoothnessContrast,
  smoothnessContrasts,
} from "../../../judge/smoothness.ts";
import { type CellRecord, findCell, hasFailed, type Result } from "../../../record/mod.ts";
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

function answer(result: Result, one: SmoothnessContrast): Text {
  const { walk, measure, contrast } = one;
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
  const failures = failuresOf(result, one);
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

/**
 * Cells that diverged, or whose measure is not finite, as the loss diverged a step away: the seeds that
 * went well hide that.
 */
function failuresOf(result: Result, { walk, measure, contrast }: SmoothnessContrast): string {
  const arms = Object.keys(contrast.weights).filter((arm) => contrast.weights[arm] !== 0);
  const told = (arm: string, what: string, is: (cell: CellRecord) => boolean) => {
    const seeds = result.seeds.filter((seed) => {
      const cell = findCell(result, arm, seed);
      return cell !== undefined && is(cell);
    });
    return seeds.length === 0 ? [] : [`${arm} ${what} with seed ${seeds.join(", ")}`];
  };
  return arms.flatMap((arm) => [
    ...told(arm, "failed", hasFailed),
    ...told(
      arm,
      "has no such number",
      (cell) => cell.status === "done" && !Number.isFinite(logMeasure(cell, walk, measure) ?? NaN),
    ),
  ]).join("; ");
}
