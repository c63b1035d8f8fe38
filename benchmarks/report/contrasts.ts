/**
 * The differences between arms that a report shows.
 *
 * @module
 */
import { quarter, quarterMinusEnd } from "../judge/claims/mod.ts";
import { type CellRecord, type Pairs, pairSeeds, type Result } from "../record/mod.ts";
import { holm } from "../judge/statistics/holm.ts";
import { type PairedDifference, pairedT } from "../judge/statistics/paired_t.ts";
import { counted } from "../ground/format.ts";

/** One arm minus another, over their common seeds. */
export interface Contrast {
  /** Which is compared to which, as plain text. */
  label: string;
  pairs: Pairs;
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
 * The paired differences of a metric: every arm minus the first, and of the standard arms `ws-all`
 * minus `ws`; for each row of the sweep.
 *
 * @param result the result
 * @param metric the metric's name
 */
export function contrastsOf(result: Result, metric: string): Contrast[] {
  const contrasts = namesOf(result).map((names) =>
    contrastOf(result, names, (cell) => cell.metrics[metric])
  );
  const tested = contrasts.filter(({ difference }) => difference?.pValue !== undefined);
  const corrected = holm(tested.map(({ difference }) => difference!.pValue!));
  tested.forEach((contrast, i) => contrast.pValue = corrected[i]!);
  return contrasts;
}

/**
 * The differences at a quarter of training against those at its end.
 *
 * @param result the result
 * @param metric the metric's name
 * @returns nothing where no cell was evaluated at a quarter
 */
export function earlyContrasts(result: Result, metric: string): EarlyContrast[] {
  const rows = namesOf(result).map((names) => ({
    label: names.label,
    early: contrastOf(result, names, (cell) => quarter(cell, metric)),
    late: contrastOf(
      result,
      names,
      (cell) => quarter(cell, metric) === undefined ? NaN : cell.metrics[metric],
    ),
    change: contrastOf(result, names, (cell) => quarterMinusEnd(cell, metric)),
  }));
  return rows.every(({ early }) => early.difference === undefined) ? [] : rows;
}

/**
 * What a contrast leaves out, as plain text; nothing where all seeds pair.
 *
 * @param contrast the contrast
 */
export function leftOutText({ label, pairs: { leftOut, seeds } }: Contrast): string | undefined {
  if (leftOut.length === 0) return undefined;
  const reasons = leftOut.map(({ seed, reason }) => `seed ${seed} (${reason})`).join(", ");
  return `${label}: over ${counted(seeds.length, "common seed")}; left out: ${reasons}`;
}

interface Names {
  arm: string;
  minus: string;
  label: string;
  sweep?: string;
}

function namesOf(result: Result): Names[] {
  const [first, ...others] = result.arms.map(({ name }) => name);
  const names = others.map((arm) => [arm, String(first)] as const);
  const both = others.includes("ws") && others.includes("ws-all");
  const all = both ? [...names, ["ws-all", "ws"] as const] : names;
  const sweeps = [...new Set(result.cells.map(({ sweep }) => sweep))];
  return sweeps.flatMap((sweep) =>
    all.map(([arm, minus]) => ({
      arm,
      minus,
      label: `${arm} − ${minus}${sweep === undefined ? "" : `, ${sweep}`}`,
      ...(sweep !== undefined && { sweep }),
    }))
  );
}

function contrastOf(
  result: Result,
  { label, ...names }: Names,
  value: (cell: CellRecord) => number | undefined,
): Contrast {
  const pairs = pairSeeds(result, { ...names, value });
  if (pairs.seeds.length === 0) return { label, pairs };
  return { label, pairs, difference: pairedT(pairs.arm, pairs.minus) };
}
