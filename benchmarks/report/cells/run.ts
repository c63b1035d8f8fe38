/**
 * The parts of a report on the run itself: cells, warnings, machine and versions, command.
 *
 * @module
 */
import { earlyStops } from "../../judge/warnings/early_stops.ts";
import { otherLosses } from "../../judge/warnings/other_losses.ts";
import type { CellRecord, Result } from "../../record/mod.ts";
import { counted, fixed, oneLine } from "../../ground/format.ts";
import { fold, list, section, strong, table, warningText } from "../blocks.ts";
import type { Block, Fact, Text } from "../document.ts";
import { mainMetric, metricLabel, rowsOf } from "./metrics.ts";
import { labelsOf } from "./pairing.ts";
import { metricCell } from "./scores.ts";

/**
 * What a network must beat to have learnt anything. Always predicting one class is listed where it
 * scores more than guessing.
 */
export function chanceRows(result: Result): Fact[] {
  const { data: { classes, classNames }, constantPrediction } = result;
  const { class: index = 0, mIoU, top1 } = constantPrediction ?? {};
  const [guessing, saying] = [fixed(100 / classes, 2), fixed(top1, 2)];
  const name = `“${classNames[index] ?? index}”`;
  const rows: (Fact | false)[] = [
    mIoU !== undefined && [`Predicting ${name} everywhere`, `${fixed(mIoU, 2)} % mIoU`],
    mainMetric(result) === "top1" && ["Guessing", `${guessing} % top-1`],
    top1 !== undefined && saying !== guessing && [`Always saying ${name}`, `${saying} % top-1`],
  ];
  return rows.filter((row) => row !== false);
}

/** How many workers shared each batch; nothing where a process was alone. */
export function workerRows({ config: { workers, synchronizedBatchNorm } }: Result): Fact[] {
  if (workers === undefined) return [];
  const over = synchronizedBatchNorm === true ? "all workers'" : "each worker's own";
  return [["Workers", `${workers}; batch norm over ${over} images`]];
}

/** Incidents that the figures do not show: images skipped, cells resumed. */
export function incidentRows({ cells }: Result): Fact[] {
  const skipped = Math.max(0, ...cells.map(({ skippedCount = 0 }) => skippedCount));
  const resumed = cells.filter(({ resumedAt = [] }) => resumedAt.length > 0).length;
  const rows: (Fact | false)[] = [
    skipped > 0 && ["Images that could not be read", `${skipped}, passed over`],
    resumed > 0 && ["Resumed", counted(resumed, "cell")],
  ];
  return rows.filter((row) => row !== false);
}

/** Cells without a result, and warnings; nothing where there are none. */
export function warningBlocks(result: Result): Block[] {
  return [...section("Cells without a result", unfinished(result), 3), ...list(warnings(result))];
}

function unfinished(result: Result): Block[] {
  return list(
    rowsOf(result).flatMap(({ label, cells, refused }) =>
      refused !== undefined ? [refusedText(label, refused)] : result.seeds.flatMap((seed) => {
        const cell = cells.find((cell) => cell.seed === seed);
        return cell?.status === "done"
          ? []
          : [[strong(`${label}, seed ${seed}`), `: ${endText(cell)}`]];
      })
    ),
  );
}

function refusedText(label: string, reason: string): Text {
  return [strong(label), `: refused. ${oneLine(reason)}`];
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

/** Warnings of the run and of its cells, each once with its count. */
function warnings(result: Result): Text[] {
  const given = [
    ...result.warnings,
    ...earlyStops(result, labelsOf(result.arms)),
    ...otherLosses(result),
    ...result.cells.flatMap((cell) => cell.warnings),
  ];
  const groups = Map.groupBy(
    given,
    ({ code, message, advice }) => `${code}\n${message}\n${advice}`,
  );
  return [...groups.values()].map((group) => warningText({ ...group[0]!, count: group.length }));
}

/** Every cell: one arm, one seed. */
export function cellBlocks(result: Result): Block[] {
  const metric = mainMetric(result);
  const cells = rowsOf(result)
    .flatMap(({ label, cells }) => cells.map((cell) => ({ label, cell })));
  return fold(
    `${counted(cells.length, "cell")}: one arm with one seed each`,
    table("Every cell", cells, [
      ["arm", ({ label }) => label],
      ["seed", ({ cell }) => ({ value: cell.seed, digits: 0 })],
      ["status", ({ cell }) => cell.status],
      ["steps", ({ cell }) => ({ value: cell.steps, digits: 0, grouped: true })],
      cells.some(({ cell }) => cell.restoredStep !== undefined) &&
      ["weights of step", ({ cell }) => ({ value: cell.restoredStep ?? cell.steps, digits: 0 })],
      metric !== undefined && [metricLabel(metric), ({ cell }) => metricCell(cell, metric)],
      ["images/s", ({ cell }) => ({ value: cell.imagesPerSecond, digits: 1 })],
      ["minutes", ({ cell }) => ({ value: cell.durationMs / 60_000, digits: 1 })],
    ]),
  );
}
