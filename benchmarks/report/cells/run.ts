/**
 * The parts of a report on the run itself: cells, warnings, machine and versions, command.
 *
 * @module
 */
import type { CellRecord, Result, Warning } from "../../record/mod.ts";
import { counted, fixed } from "../../ground/format.ts";
import { type Block, type Cell, list, section, strong, warningText } from "../document.ts";
import { mainMetric, metricLabel, rowsOf } from "./metrics.ts";
import { metricCell } from "./scores.ts";

/**
 * What a network must beat to have learnt anything: names and values. A class is named where saying
 * it always scores more than guessing does.
 */
export function chanceRows(result: Result): [string, string][] {
  const { data: { classes, classNames }, constantPrediction: constant } = result;
  const rows: [string, string][] = [];
  const guessing = fixed(100 / classes, 2);
  const { class: index = 0, mIoU, top1 } = constant ?? {};
  const name = `“${classNames[index] ?? index}”`;
  if (mIoU !== undefined) rows.push([`Predicting ${name} everywhere`, `${fixed(mIoU, 2)} % mIoU`]);
  if (mainMetric(result) === "top1") rows.push(["Guessing", `${guessing} % top-1`]);
  const saying = fixed(top1, 2);
  if (top1 !== undefined && saying !== guessing) {
    rows.push([`Always saying ${name}`, `${saying} % top-1`]);
  }
  return rows;
}

/**
 * What did not go smoothly and yet left no trace in the figures: images passed over, cells resumed.
 *
 * @returns names and values; nothing where all went smoothly
 */
export function incidentRows({ cells }: Result): [string, string][] {
  const skipped = Math.max(0, ...cells.map(({ skippedCount = 0 }) => skippedCount));
  const resumed = cells.filter(({ resumedAt = [] }) => resumedAt.length > 0).length;
  return [
    ...(skipped > 0 ? [["Images that could not be read", `${skipped}, passed over`]] : []),
    ...(resumed > 0 ? [["Resumed", counted(resumed, "cell")]] : []),
  ] as [string, string][];
}

/** Cells that were asked for and have no result, and warnings; nothing where there are none. */
export function warningBlocks(result: Result): Block[] {
  return [...section("Cells without a result", unfinished(result), 3), ...list(warnings(result))];
}

function unfinished(result: Result): Block[] {
  return list(
    rowsOf(result).flatMap(({ label, cells }) =>
      result.seeds.flatMap((seed) => {
        const cell = cells.find((cell) => cell.seed === seed);
        return cell?.status === "done"
          ? []
          : [[strong(`${label}, seed ${seed}`), `: ${endText(cell)}`]];
      })
    ),
  );
}

function endText(cell: CellRecord | undefined): string {
  if (cell === undefined) return "did not run";
  const after = `${cell.status} after ${counted(cell.steps, "step")}`;
  if (cell.status === "interrupted") return `${after}; the command with --resume continues`;
  const last = cell.curve.findLast(({ loss }) => Number.isFinite(loss));
  const again = cell.status === "broken" ? "; the command with --resume tries again" : "";
  const kept = last === undefined
    ? "no step had a finite loss"
    : `its curve is kept, the last finite loss is ${fixed(last.loss, 4)} at step ${last.step}`;
  return `${after}: ${cell.error ?? "no reason given"}; ${kept}${again}`;
}

/** Warnings of the run and of its cells, each once, with the count of those that gave it. */
function warnings(result: Result) {
  const given = [...result.warnings, ...result.cells.flatMap((cell) => cell.warnings)];
  const groups = Map.groupBy(
    given,
    ({ code, message, advice }) => `${code}\n${message}\n${advice}`,
  );
  return [...groups.values()].map((group) =>
    warningText({ ...group[0] as Warning, count: group.length })
  );
}

/** Every cell: one arm, one seed. */
export function cellBlocks(result: Result): Block[] {
  const metric = mainMetric(result);
  const rows = rowsOf(result).flatMap(({ label, cells }) =>
    cells.map((cell): Cell[] => [
      label,
      { value: cell.seed, digits: 0 },
      cell.status,
      { value: cell.steps, digits: 0, grouped: true },
      ...(metric === undefined ? [] : [metricCell(cell, metric)]),
      { value: cell.imagesPerSecond, digits: 1 },
      { value: cell.durationMs / 60_000, digits: 1 },
    ])
  );
  const scores = metric === undefined ? [] : [metricLabel(metric)];
  const columns = ["arm", "seed", "status", "steps", ...scores, "images/s", "minutes"];
  const title = `${counted(rows.length, "cell")}: one arm with one seed each`;
  return [{
    kind: "fold",
    title,
    blocks: [{ kind: "table", caption: "Every cell", columns, rows }],
  }];
}
