/**
 * How smooth the loss of each arm was, in numbers that can be compared.
 *
 * @module
 */
import { type WalkFigures, walkFigures } from "../../src/training/walk_figures.ts";
import type { CellRecord, Result, SmoothnessRecord } from "../record/mod.ts";
import type { Contrast } from "../experiments/contrasts.ts";
import { measuredBy } from "../experiments/profiles/smoothness.ts";
import { contrastFamily, type EstimatedContrast } from "./contrast_estimates.ts";
import { contrastsOfRun } from "./contrasts.ts";
import { meanT, type PairedDifference } from "./statistics/paired_t.ts";

/** The lines that the loss is measured along. */
export const walks = ["gradient", "relative"] as const;

/** One of them. */
export type WalkName = typeof walks[number];

/** A number that says how smooth a loss is where it was measured; less is smoother. */
export interface SmoothnessMeasure {
  /** A word for programs. */
  name: string;
  /** For readers. */
  label: string;
  of(figures: WalkFigures): number;
}

/** The effective constants, which are compared. */
export const constants: readonly SmoothnessMeasure[] = [
  { name: "lipschitz", label: "Lipschitz constant", of: ({ lipschitz }) => lipschitz },
  { name: "beta", label: "β-smoothness", of: ({ beta }) => beta },
];

/** All measures, by arm in tables. */
export const smoothnessMeasures: readonly SmoothnessMeasure[] = [
  { name: "lossRange", label: "range of the loss", of: ({ loss: { low, high } }) => high - low },
  {
    name: "gradientChange",
    label: "largest change of the gradient",
    of: ({ gradientChange }) => gradientChange.high,
  },
  ...constants,
];

/** What was measured at one place along one line. */
export function figuresAt(place: SmoothnessRecord, walk: WalkName): WalkFigures {
  return walkFigures(place.loss, place[walk]);
}

/**
 * The logarithm of a measure, its mean over the places of a cell's training: measures are ratios, and
 * fall by orders of magnitude while a network trains.
 *
 * @returns undefined where nothing was measured; not finite where a place has no such number, or 0
 */
export function logMeasure(
  { smoothness: places = [] }: CellRecord,
  walk: WalkName,
  { of }: SmoothnessMeasure,
): number | undefined {
  if (places.length === 0) return undefined;
  const logs = places.map((place) => Math.log(of(figuresAt(place, walk))));
  return logs.reduce((sum, log) => sum + log, 0) / logs.length;
}

/** The logarithm of a measure over the seeds of an arm that are done and have it. */
export function armMeasure(
  cells: readonly CellRecord[],
  walk: WalkName,
  measure: SmoothnessMeasure,
): PairedDifference | undefined {
  const logs = cells.filter(({ status }) => status === "done")
    .map((cell) => logMeasure(cell, walk, measure) ?? NaN)
    .filter(Number.isFinite);
  return logs.length === 0 ? undefined : meanT(logs);
}

/** A contrast of one measure. */
export interface SmoothnessContrast {
  walk: WalkName;
  measure: SmoothnessMeasure;
  /** Of logarithms: the logarithm of a ratio. */
  contrast: EstimatedContrast;
}

/**
 * What arms were measured by that is not the same in all of a contrast: constants of other steps, or on
 * other images, differ even where networks are the same.
 *
 * @returns the keys of these settings
 */
export function unlikeSettings(
  { arms, config }: Result,
  { weights }: Pick<Contrast, "weights">,
): string[] {
  const compared = arms.filter(({ name }) => (weights[name] ?? 0) !== 0);
  return measuredBy.filter((key) =>
    new Set(compared.map(({ settings }) => settings?.[key] ?? config[key])).size > 1
  );
}

/**
 * The contrasts of the effective constants along both lines, as one family; none of arms that were
 * measured by other settings.
 */
export function smoothnessContrasts(result: Result): SmoothnessContrast[] {
  const asked = walks.flatMap((walk) => constants.map((measure) => ({ walk, measure })));
  const contrasts = contrastsOfRun(result)
    .filter((contrast) => unlikeSettings(result, contrast).length === 0);
  const family = contrastFamily(
    { ...result, contrasts },
    asked.map(({ walk, measure }) => (cell: CellRecord) => logMeasure(cell, walk, measure)),
  );
  return asked.flatMap((one, i) => family[i]!.map((contrast) => ({ ...one, contrast })));
}

/** Whether the smoothness of any cell was measured. */
export function hasSmoothness({ cells }: Result): boolean {
  return cells.some(({ smoothness = [] }) => smoothness.length > 0);
}
