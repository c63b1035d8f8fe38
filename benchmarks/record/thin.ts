/**
 * A record made small enough to be kept among sources: a point of a curve for many steps, and the
 * predictions that its report shows.
 *
 * @module
 */
import type { CellRecord } from "./cell.ts";
import type { AnyRecord } from "./kinds.ts";

/**
 * A record whose cells have curves of so many points at most: each is the mean of the losses since the
 * last one, at the step, the epoch and the learning rate of its last step; every k-th of the durations
 * of steps; and predictions of the first seed alone. Metrics, evaluations and whatever else cells have
 * stay as they are.
 *
 * @param points a whole number >= 1
 * @returns the record itself where it has no cells; thinned again it is the same
 */
export function thinned<R extends AnyRecord>(record: R, points: number): R {
  if (record.kind !== "cells") return record;
  const shown = seedShown(record.cells);
  const cells = record.cells.map((cell): CellRecord => {
    const thin = thinnedCell(cell, points);
    if (cell.seed === shown) return thin; // as it is: a record's fields have an order
    const { predictions: _, ...small } = thin;
    return small;
  });
  return { ...record, cells };
}

/** The seed whose predictions a report shows: the first that has any. */
export function seedShown(cells: readonly CellRecord[]): number | undefined {
  const seeds = cells.filter(({ predictions = [] }) => predictions.length > 0)
    .map(({ seed }) => seed);
  return seeds.length === 0 ? undefined : Math.min(...seeds);
}

function thinnedCell(cell: CellRecord, points: number): CellRecord {
  const { curve, stepDurationsMs } = cell;
  return {
    ...cell,
    curve: stretches(curve, points).map((stretch) => ({
      ...stretch.at(-1)!,
      loss: stretch.reduce((sum, { loss }) => sum + loss, 0) / stretch.length,
    })),
    stepDurationsMs: stretches(stepDurationsMs, points).map((stretch) => stretch[0]!),
  };
}

/** A list cut into so many stretches at most, alike in length but the last. */
function stretches<T>(all: readonly T[], most: number): T[][] {
  const length = Math.ceil(all.length / most);
  return Array.from(
    { length: length === 0 ? 0 : Math.ceil(all.length / length) },
    (_, i) => all.slice(i * length, (i + 1) * length),
  );
}
