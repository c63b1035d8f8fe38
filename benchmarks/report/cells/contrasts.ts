/**
 * The contrasts of arms that a report shows.
 *
 * @module
 */
import type { Contrast as ArmContrast } from "../../experiments/contrasts.ts";
import {
  type CellValue,
  contrastsOfRun,
  quarter,
  quarterMinusEnd,
  type SeedValues,
  seedValues,
} from "../../judge/contrasts.ts";
import { holm } from "../../judge/statistics/holm.ts";
import { meanT, type PairedDifference } from "../../judge/statistics/paired_t.ts";
import type { Result } from "../../record/mod.ts";
import { counted } from "../../ground/format.ts";

/** A contrast of arms over their common seeds. */
export interface Contrast {
  /** A word for programs. */
  name: string;
  /** What is compared, as plain text. */
  label: string;
  /** By the arms' names. */
  weights: Readonly<Record<string, number>>;
  pairs: SeedValues;
  /** None where no seed pairs. */
  difference?: PairedDifference;
  /** Of the difference, corrected by Holm over all contrasts of the table. */
  pValue?: number;
}

/** The same contrast at a quarter of training and at its end. */
export interface EarlyContrast {
  label: string;
  early: Contrast;
  late: Contrast;
  /** A quarter minus the end. */
  change: Contrast;
}

/**
 * A metric's contrasts: those of the run, each with its interval, corrected by Holm as one family.
 */
export function contrastsOf(result: Result, metric: string): Contrast[] {
  const contrasts = contrastsOfRun(result).map((contrast) =>
    contrastOf(result, contrast, (cell) => cell.metrics[metric])
  );
  const tested = contrasts.filter(({ difference }) => difference?.pValue !== undefined);
  const corrected = holm(tested.map(({ difference }) => difference!.pValue!));
  tested.forEach((contrast, i) => contrast.pValue = corrected[i]!);
  return contrasts;
}

/**
 * The contrasts at a quarter of training against those at its end.
 *
 * @returns nothing where no cell was evaluated at a quarter
 */
export function earlyContrasts(result: Result, metric: string): EarlyContrast[] {
  const rows = contrastsOfRun(result).map((contrast) => ({
    label: contrast.label,
    early: contrastOf(result, contrast, (cell) => quarter(cell, metric)),
    late: contrastOf(
      result,
      contrast,
      (cell) => quarter(cell, metric) === undefined ? NaN : cell.metrics[metric],
    ),
    change: contrastOf(result, contrast, (cell) => quarterMinusEnd(cell, metric)),
  }));
  return rows.every(({ early }) => early.difference === undefined) ? [] : rows;
}

/** What a contrast leaves out, as plain text; nothing where all seeds pair. */
export function leftOutText({ label, pairs: { leftOut, seeds } }: Contrast): string | undefined {
  if (leftOut.length === 0) return undefined;
  const reasons = leftOut.map(({ seed, reason }) => `seed ${seed} (${reason})`).join(", ");
  return `${label}: over ${counted(seeds.length, "common seed")}; left out: ${reasons}`;
}

function contrastOf(result: Result, contrast: ArmContrast, value: CellValue): Contrast {
  const pairs = seedValues(result, contrast, value);
  if (pairs.seeds.length === 0) return { ...contrast, pairs };
  return { ...contrast, pairs, difference: meanT(pairs.values) };
}
