/**
 * Smoothness for programs: the numbers as measured, and each cell's means.
 *
 * @module
 */
import { hasSmoothness, logMeasure, smoothnessMeasures, walks } from "../../../judge/smoothness.ts";
import type { CellRecord, Result, SmoothnessRecord } from "../../../record/mod.ts";
import type { Field } from "../../csv_text.ts";

/** The columns of {@linkcode smoothnessRows}. */
export const smoothnessHeader: readonly string[] = [
  ...["arm", "seed", "step", "weightNorm", "walk", "gradientNorm"],
  ...["size", "distance", "loss", "gradientChange"],
];

/** A row for each point that was measured; the start of each walk is its point of size 0. */
export function smoothnessRows(result: Result): Field[][] {
  if (!hasSmoothness(result)) return [];
  return result.cells.flatMap(({ arm, seed, smoothness = [] }) =>
    smoothness.flatMap((place) => placeRows(place).map((row) => [arm, seed, ...row]))
  );
}

function placeRows(place: SmoothnessRecord): Field[][] {
  const { step, loss, weightNorm } = place;
  const start = { size: 0, distance: 0, loss, gradientChange: 0 };
  return walks.flatMap((walk) => {
    const { gradientNorm, points } = place[walk];
    return [start, ...points].map(({ size, distance, loss, gradientChange }) => [
      ...[step, weightNorm, walk, gradientNorm],
      ...[size, distance, loss, gradientChange],
    ]);
  });
}

/** The geometric means of a cell over its places, by name; none where nothing was measured. */
export function smoothnessNumbers(cell: CellRecord): [string, number][] {
  if (cell.smoothness === undefined) return [];
  return walks.flatMap((walk) =>
    smoothnessMeasures.map((measure): [string, number] => [
      `smoothness/${walk}/${measure.name}`,
      Math.exp(logMeasure(cell, walk, measure) ?? NaN),
    ])
  );
}
