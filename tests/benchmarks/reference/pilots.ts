/** Pilots that were made up: sweeps of learning rates with the scores that a test wants. */
import type { Result } from "../../../benchmarks/record/mod.ts";
import { cell, result } from "../report/synthetic.ts";

/**
 * A sweep of two seeds about the scores.
 *
 * @param scores by arm, one a rate; nothing where a seed diverged
 */
export function sweep(
  rates: readonly number[],
  scores: Readonly<Record<string, readonly (number | undefined)[]>>,
): Result {
  const cells = Object.entries(scores).flatMap(([arm, means]) =>
    rates.flatMap((rate, i) => {
      const name = `${arm}@${rate}`, mIoU = means[i];
      if (mIoU === undefined) return [cell(name, 100), cell(name, 101, { status: "failed" })];
      return [cell(name, 100, { mIoU: mIoU - 1 }), cell(name, 101, { mIoU: mIoU + 1 })];
    })
  );
  const names = [...new Set(cells.map(({ arm }) => arm))];
  return result({
    config: { learningRates: [...rates] },
    seeds: [100, 101],
    arms: names.map((name) => ({ name, label: name, algorithms: [], description: name })),
    cells,
  });
}
