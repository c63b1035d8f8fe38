/**
 * The numbers that a claim compares.
 *
 * @module
 */
import { type CellRecord, type Pairs, pairSeeds, type Result } from "../../record/mod.ts";
import type { DifferenceTest, EquivalenceTest } from "../../experiments/claims/claim.ts";

/**
 * The values of a claim's two arms, paired by seed.
 *
 * @param result the run
 * @param test the claim's contrast
 * @param metric the metric's name
 */
export function contrast(
  result: Result,
  test: DifferenceTest | EquivalenceTest,
  metric: string,
): Pairs {
  const value = test.window === "end"
    ? (cell: CellRecord) => cell.metrics[metric]
    : (cell: CellRecord) => quarterMinusEnd(cell, metric);
  return pairSeeds(result, { arm: test.arm, minus: test.minus, value });
}

/**
 * A metric at a quarter of training minus the same at its end. A quarter is the evaluation nearest
 * to it, from an eighth to three eighths of the steps.
 *
 * @param cell the record
 * @param metric the metric's name
 * @returns undefined where there is no such evaluation
 */
export function quarterMinusEnd(cell: CellRecord, metric: string): number | undefined {
  const early = quarter(cell, metric);
  const end = cell.metrics[metric];
  return early === undefined || end === undefined ? undefined : early - end;
}

/**
 * A metric at the evaluation nearest to a quarter of training.
 *
 * @param cell the record
 * @param metric the metric's name
 * @returns undefined where no evaluation lies from an eighth to three eighths of the steps
 */
export function quarter(cell: CellRecord, metric: string): number | undefined {
  const distance = (step: number) => Math.abs(step - cell.steps / 4);
  return cell.evaluations
    .filter(({ step }) => distance(step) <= cell.steps / 8)
    .sort((a, b) => distance(a.step) - distance(b.step))[0]?.metrics[metric];
}
