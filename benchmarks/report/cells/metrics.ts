/**
 * Which metrics a result has and what they are called.
 *
 * @module
 */
import type { CellRecord, Result } from "../../record/mod.ts";

const labels: Record<string, string> = {
  mIoU: "mIoU (%)",
  pixelAccuracy: "pixel accuracy (%)",
  meanClassAccuracy: "mean class accuracy (%)",
  top1: "top-1 (%)",
  top5: "top-5 (%)",
  accuracy: "accuracy (%)",
  finalLoss: "final loss",
  trainLoss: "training loss",
  loss: "loss",
};

/** A metric's name for readers. */
export function metricLabel(metric: string): string {
  return labels[metric] ?? metric;
}

/** How many decimals a metric is shown with: two for percents, else four. */
export function metricDigits(metric: string): number {
  return metricLabel(metric).includes("%") ? 2 : 4;
}

/** A metric's name in a sentence, such as "mIoU". */
export function metricWords(metric: string): string {
  return metricLabel(metric).replace(" (%)", "");
}

/** Whether less of a metric is better, as of a loss. */
export function lowerIsBetter(metric: string): boolean {
  return /loss|error/i.test(metric);
}

/**
 * The names of all metrics of the cells: the main one first, the others alphabetically.
 */
export function metricNames(result: Result): string[] {
  const names = new Set(result.cells.flatMap((cell) => Object.keys(cell.metrics)));
  const main = mainMetric(result);
  return [...names].sort((a, b) => Number(b === main) - Number(a === main) || (a < b ? -1 : 1));
}

/**
 * The metric that decides, of finished cells or evaluations during training; undefined where no
 * cell has any.
 */
export function mainMetric(result: Result): string | undefined {
  const names = result.cells
    .flatMap(({ metrics, evaluations }) => [metrics, ...evaluations.map(({ metrics }) => metrics)])
    .flatMap((metrics) => Object.keys(metrics)).sort();
  return [result.mainMetric, "mIoU", "top1"].find((name) =>
    name !== undefined && names.includes(name)
  ) ?? names[0];
}

/** An arm with its cells, which are a row of most tables. */
export interface Row {
  arm: string;
  label: string;
  /** Of any seed. */
  cells: CellRecord[];
  /** Those that ended well. */
  done: CellRecord[];
  /** Why it has no cells, where it cannot be trained as it is set. */
  refused?: string;
}

/** The cells by arm, in the order of the result. An arm without cells has an empty row. */
export function rowsOf(result: Result): Row[] {
  return result.arms.map(({ name, label, refused }) => {
    const cells = result.cells.filter(({ arm }) => arm === name);
    const done = cells.filter(({ status }) => status === "done");
    return { arm: name, label, cells, done, ...(refused !== undefined && { refused }) };
  });
}
