/**
 * The run itself, as plain text: cells without a result, warnings, machine and versions.
 *
 * @module
 */
import type { CellRecord, Result, Warning } from "../record/mod.ts";
import { counted, fixed } from "../ground/format.ts";
import { mainMetric, rowsOf } from "./metrics.ts";

/**
 * What a network must beat to have learnt anything: names and values. A class is named where saying
 * it always scores more than guessing does.
 *
 * @param result the result
 * @param quoted puts a class's name into quotes
 */
export function chanceRows(
  result: Result,
  quoted: (name: string) => string,
): [string, string][] {
  const { data: { classes, classNames }, constantPrediction: constant } = result;
  const rows: [string, string][] = [];
  const guessing = fixed(100 / classes, 2);
  const { class: index = 0, mIoU, top1 } = constant ?? {};
  const name = quoted(classNames[index] ?? `${index}`);
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
 * @param result the result
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

/** A cell without a result. */
export interface Unfinished {
  /** The row and the seed. */
  cell: string;
  /** What became of it. A failed cell says where, and that its curve is kept. */
  end: string;
}

/**
 * The cells that were asked for and have no result.
 *
 * @param result the result
 */
export function unfinishedCells(result: Result): Unfinished[] {
  return rowsOf(result).flatMap(({ label, cells }) =>
    result.seeds.flatMap((seed) => {
      const cell = cells.find((cell) => cell.seed === seed);
      if (cell?.status === "done") return [];
      return [{ cell: `${label}, seed ${seed}`, end: endText(cell) }];
    })
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

/**
 * Warnings of the run and of its cells, each once, with the count of those that gave it.
 *
 * @param result the result
 */
export function groupedWarnings(result: Result): (Warning & { count: number })[] {
  const given = [...result.warnings, ...result.cells.flatMap((cell) => cell.warnings)];
  const groups = Map.groupBy(
    given,
    ({ code, message, advice }) => `${code}\n${message}\n${advice}`,
  );
  return [...groups.values()].map((warnings) => ({
    ...warnings[0] as Warning,
    count: warnings.length,
  }));
}

/**
 * Machine, versions and data: names and values.
 *
 * @param result the result
 */
export function environmentRows({ environment, data }: Result): [string, string][] {
  const { gpu, oneDnn, commit, dirty } = environment;
  const rows: Record<string, string | undefined> = {
    Deno: `${environment.deno}, V8 ${environment.v8}, TypeScript ${environment.typescript}`,
    "TensorFlow.js": environment.tensorflowjs,
    backend: `${environment.backend} ${environment.backendVersion}`,
    system: `${environment.os} ${environment.arch}`,
    processor: `${environment.cpu}, ${counted(environment.cores, "core")}`,
    "instruction sets": environment.instructionSets,
    oneDNN: oneDnn === undefined ? undefined : onOrOff(oneDnn),
    memory: `${fixed(environment.memoryBytes / 1e9, 1)} GB`,
    accelerator: gpu,
    commit: commit !== undefined && dirty === true ? `${commit}, with changes` : commit,
    "data (SHA-256)": data.identity,
  };
  return Object.entries(rows).filter((row): row is [string, string] => row[1] !== undefined);
}

/** How reports say whether something is used. */
export function onOrOff(isOn: boolean): string {
  return isOn ? "on" : "off";
}

/**
 * The configuration as run: names, and values as JSON.
 *
 * @param result the result
 */
export function configRows({ config }: Result): [string, string][] {
  return Object.entries(config).map(([key, value]) => [key, JSON.stringify(value)]);
}
