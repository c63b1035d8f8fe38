/**
 * What a contrast of arms comes to, seed by seed: the same seed in all arms, which so share initial
 * weights, batches and augmentation.
 *
 * @module
 */
import { type Contrast, defaultContrasts } from "../experiments/contrasts.ts";
import { type CellRecord, findCell, type Result } from "../record/mod.ts";

/** A contrast's values over the seeds that all its arms have. */
export interface SeedValues {
  /** The seeds that pair, in order. */
  seeds: number[];
  /** One value a seed: the sum of the arms' values times their weights. */
  values: number[];
  /** The seeds that do not pair, with the reason. */
  leftOut: { seed: number; reason: string }[];
}

/** A number of a cell; undefined or not finite where it has none. */
export type CellValue = (cell: CellRecord) => number | undefined;

/**
 * A contrast over the common seeds of its arms. Only cells that are done count; an arm of weight 0
 * counts for nothing.
 */
export function seedValues(
  result: Result,
  { weights }: Pick<Contrast, "weights">,
  value: CellValue,
): SeedValues {
  const found: SeedValues = { seeds: [], values: [], leftOut: [] };
  const armOf = (name: string) => result.arms.find((arm) => arm.name === name);
  const weighed = Object.entries(weights).filter(([, weight]) => weight !== 0);
  for (const seed of [...result.seeds].sort((a, b) => a - b)) {
    const values = weighed.map(([name]) => {
      const { label = name, refused } = armOf(name) ?? {};
      if (refused !== undefined) return `${label} cannot be trained`;
      return valueOrReason(label, findCell(result, name, seed), value);
    });
    const reason = values.find((entry) => typeof entry === "string");
    if (reason !== undefined) {
      found.leftOut.push({ seed, reason: String(reason) });
      continue;
    }
    found.seeds.push(seed);
    found.values.push(
      weighed.reduce((sum, [, weight], i) => sum + weight * Number(values[i]), 0),
    );
  }
  return found;
}

function valueOrReason(
  arm: string,
  cell: CellRecord | undefined,
  value: CellValue,
): number | string {
  if (cell === undefined) return `${arm} did not run`;
  if (cell.status === "failed") return `${arm} failed`;
  if (cell.status === "broken") return `${arm} broke by an error`;
  if (cell.status === "interrupted") return `${arm} was interrupted`;
  const number = value(cell);
  return number === undefined || !Number.isFinite(number) ? `${arm} has no such value` : number;
}

/**
 * The contrasts of a run, which earlier versions did not record: then those that its arms have by
 * default.
 */
export function contrastsOfRun({ arms, contrasts }: Result): readonly Contrast[] {
  return contrasts ?? defaultContrasts(arms.map(({ name }) => name));
}

/**
 * A metric at a quarter of training minus the same at its end. A quarter is the evaluation nearest
 * to it, from an eighth to three eighths of the steps.
 *
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
 * @returns undefined where no evaluation lies from an eighth to three eighths of the steps
 */
export function quarter(cell: CellRecord, metric: string): number | undefined {
  const distance = (step: number) => Math.abs(step - cell.steps / 4);
  return cell.evaluations
    .filter(({ step }) => distance(step) <= cell.steps / 8)
    .sort((a, b) => distance(a.step) - distance(b.step))[0]?.metrics[metric];
}
