/**
 * The contrasts of arms that a report shows.
 *
 * @module
 */
import type { Contrast } from "../experiments/contrasts.ts";
import {
  type CellValue,
  contrastsOfRun,
  quarter,
  quarterMinusEnd,
  type SeedValues,
  seedValues,
} from "./contrasts.ts";
import { holm } from "./statistics/holm.ts";
import { meanT, type PairedDifference } from "./statistics/paired_t.ts";
import type { Result } from "../record/mod.ts";

/** A contrast of arms over their common seeds. */
export interface EstimatedContrast extends Contrast {
  pairs: SeedValues;
  /** None where no seed pairs. */
  difference?: PairedDifference;
  /** Of the difference, corrected by Holm over all contrasts of its family. */
  pValue?: number;
}

/** A contrast at a quarter of training and at its end. */
export interface EarlyContrast {
  label: string;
  early: EstimatedContrast;
  late: EstimatedContrast;
  /** A quarter minus the end. */
  change: EstimatedContrast;
}

/** A metric's contrasts, those of the run, as one family. */
export function contrastsOf(result: Result, metric: string): EstimatedContrast[] {
  return contrastFamily(result, [({ metrics }) => metrics[metric]])[0]!;
}

/**
 * The contrasts of the run of several numbers, all as one family.
 *
 * @param values the numbers of a cell
 * @returns the contrasts of each
 */
export function contrastFamily(
  result: Result,
  values: readonly CellValue[],
): EstimatedContrast[][] {
  const all = values.map((value) =>
    contrastsOfRun(result).map((one) => estimated(result, one, value))
  );
  const tested = all.flat().filter(({ difference }) => difference?.pValue !== undefined);
  const corrected = holm(tested.map(({ difference }) => difference!.pValue!));
  tested.forEach((contrast, i) => contrast.pValue = corrected[i]!);
  return all;
}

/**
 * The contrasts at a quarter of training against those at its end; nothing where no cell was
 * evaluated at a quarter.
 */
export function earlyContrasts(result: Result, metric: string): EarlyContrast[] {
  const rows = contrastsOfRun(result).map((contrast) => ({
    label: contrast.label,
    early: estimated(result, contrast, (cell) => quarter(cell, metric)),
    late: estimated(
      result,
      contrast,
      (cell) => quarter(cell, metric) === undefined ? NaN : cell.metrics[metric],
    ),
    change: estimated(result, contrast, (cell) => quarterMinusEnd(cell, metric)),
  }));
  return rows.every(({ early }) => early.difference === undefined) ? [] : rows;
}

function estimated(result: Result, contrast: Contrast, value: CellValue): EstimatedContrast {
  const pairs = seedValues(result, contrast, value);
  if (pairs.seeds.length === 0) return { ...contrast, pairs };
  return { ...contrast, pairs, difference: meanT(pairs.values) };
}
