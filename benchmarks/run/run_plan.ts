import { inspect } from "node:util";
import type { Callback } from "../../src/training/callback.ts";
import { runCell } from "./cell.ts";
import { type Keeper, keeperOf, keepsNothing } from "./cell/keeping.ts";
import { checkpointStore, type SavedCell } from "./checkpoints/store.ts";
import { openCellLog } from "./logging/cell_log.ts";
import { failureLine } from "./failures.ts";
import { logCallback, place } from "./logging/log_callback.ts";
import { consoleOutput, type RunOutput } from "./output.ts";
import { firstTimes } from "./first_times.ts";
import { eventCallback, type RunPlace } from "./run_event.ts";
import { tensorBoard } from "./logging/tensorboard/callback.ts";
import { explainMemoryError } from "../ground/memory.ts";
import { checkPaired } from "../record/check_paired.ts";
import type { Plan, PlannedArm } from "./plan.ts";
import type { Progress } from "../cli/progress.ts";
import { asUsageError } from "../ground/usage_errors.ts";
import { oneLine } from "../ground/format.ts";
import { removeReport, writeReport } from "../report/mod.ts";
import {
  type CellRecord,
  findCell,
  mergeCells,
  removeStaleWeights,
  type Result,
  writeCell,
} from "../record/mod.ts";
import type { RunFolder } from "../record/run_folder.ts";
import { cellsLeft, hasEnded } from "./resume.ts";
import { withTiming } from "./time_arms.ts";
import { alone, type RunGroup } from "./workers/run_group.ts";

/** The outcome of a run. */
export interface Finished {
  /** The result, as in `result.json`. */
  result: Result;
  /** Whether nothing has asked it to stop before its end. */
  complete: boolean;
  /** The errors that ended cells, or the timing. */
  errors: unknown[];
  /** Why it was asked to stop, as far as this process was asked. */
  reason?: unknown;
}

/** Where a run writes, and what stops it. */
export interface RunOptions {
  folder: RunFolder;
  tensorboard?: string | undefined;
  /** When `signal` will end it, for what is said of its time. */
  maxHours?: number | undefined;
  /** Ends the run after the current step. */
  signal: AbortSignal;
  /** Where it says what it does; on stderr without. */
  output?: RunOutput | undefined;
  /** The workers that run it together; this process alone without. */
  workers?: RunGroup;
}

/**
 * Runs the cells of a plan that are not done yet. After each one its record and the merged result
 * are on disk, and meanwhile its log and its checkpoints, so that a run can stop at any time and go
 * on later. Before there is a checkpoint or a record, what was there is still there.
 *
 * Several workers run the same cells in the same order. Where one is lost, or its error has ended the
 * others' training, no cell after that can be run: all of them end.
 */
export async function runPlan(plan: Plan, start: Result, options: RunOptions): Promise<Finished> {
  const { folder, signal, output = consoleOutput, workers = alone } = options;
  let result = start;
  let isWhole = true;
  const errors: unknown[] = [];
  const waiting = cellsLeft(plan, start);
  const times = firstTimes({ ...plan, cells: waiting }, output.log, options.maxHours);
  if (workers.isChief && folder.resumes) await clearEnded(folder.path, plan, start);
  for (const [i, cell] of waiting.entries()) {
    if (await workers.any(signal.aborted)) break;
    const display = output.progress(cell.arm.task.batchSize);
    const index = { cell: i + 1, cells: waiting.length };
    display.begin(
      oneLine(`${cell.arm.name}, seed ${cell.seed} (${i + 1} of ${waiting.length})`),
    );
    try {
      const run = {
        ...options,
        plan,
        ...cell,
        index,
        result,
        display,
        errors,
        times,
        output,
        workers,
      };
      result = await (workers.isChief ? runOne(run) : followOne(run));
    } finally {
      display.end();
    }
    reportFailure(findCell(result, cell.arm.name, cell.seed), errors.at(-1), output);
    isWhole = await isStillWhole(workers, errors);
    if (!isWhole) break;
  }
  if (result.cells.length === 0) return { result, complete: false, errors };
  if (isWhole) {
    try {
      result = await withTiming(plan, result, { signal, output, workers });
    } catch (error) { // what was trained is worth its report
      isWhole = workers.size === 1;
      errors.push(asUsageError(explainMemoryError(error)));
      output.log(`broke: timing the arms in turn: ${inspect(errors.at(-1))}`);
    }
  }
  const complete = isWhole ? !await workers.any(signal.aborted) : true;
  if (!workers.isChief) return { result, complete, errors };
  await folder.save(result);
  await writeReport(folder.path, result);
  return { result, complete, errors };
}

/** Removes what a process that was killed after it had written a cell's record has not come to remove. */
async function clearEnded(path: string, plan: Plan, { cells }: Result): Promise<void> {
  for (const cell of cells.filter(hasEnded)) {
    await removeStaleWeights(path, cell);
    await checkpointStore(path, cell, plan.checkpointsToKeep).remove();
  }
}

/** Whether all workers can go on together after a cell. */
async function isStillWhole(workers: RunGroup, errors: unknown[]): Promise<boolean> {
  try {
    await workers.any(false);
    return true;
  } catch (error) {
    if (errors.length === 0) errors.push(error);
    return false;
  }
}

/** Prints a line about a cell that failed, and the whole error of one that broke. */
function reportFailure(
  cell: CellRecord | undefined,
  error: unknown,
  { log }: Pick<RunOutput, "log">,
): void {
  const line = cell && failureLine(cell);
  if (line === undefined) return;
  log(line);
  if (cell?.status === "broken") log(inspect(error));
}

interface CellRun extends RunOptions {
  output: RunOutput;
  workers: RunGroup;
  index: Pick<RunPlace, "cell" | "cells">;
  plan: Plan;
  arm: PlannedArm;
  seed: number;
  result: Result;
  display: Progress;
  errors: unknown[];
  /** Says how long the run will take. */
  times: Callback;
}

/** A cell on a worker that is not the first: it computes the same, from the same, and writes nothing. */
async function followOne(run: CellRun): Promise<Result> {
  const { arm, seed, result, errors, signal, workers } = run;
  const record = await runCell(arm, seed, {
    saved: savedElsewhere(await workers.fromChief<SavedCell | undefined>(nothing)),
    checkPaired: () => {},
    save: nothing,
    keeper: keepsNothing,
    onBreak: (error) => errors.push(error),
    callbacks: () => [],
    signal,
    workers,
  });
  return mergeCells(result, [record]);
}

/** What another machine's model began from may differ in a last digit; weights are the checkpoint's. */
function savedElsewhere(saved: SavedCell | undefined): SavedCell | undefined {
  if (saved === undefined) return undefined;
  const { initialWeights: _, ...progress } = saved.progress;
  return { ...saved, progress };
}

const nothing = () => Promise.resolve(undefined);

async function runOne(run: CellRun): Promise<Result> {
  const { plan, arm, seed, index, result, folder, display, output, tensorboard, signal } = run;
  const { workers } = run;
  const { path, resumes, held } = folder;
  const id = { arm: arm.name, seed };
  const store = checkpointStore(path, id, plan.checkpointsToKeep);
  const warn = (line: string) => output.log(`warning: ${line}`);
  const saved = await workers.fromChief(async () => resumes ? await store.newest(warn) : undefined);
  using log = await openCellLog(path, id, { keepBytes: saved?.progress.logBytes ?? 0, held });
  using board = tensorboard === undefined
    ? undefined
    : tensorBoard(tensorboard, id, arm.task.batchSize);
  const begin = async () => {
    if (folder.held) await removeReport(path); // it would stay where an error ends this run
    await folder.begin(result);
    await log.release();
  };
  const others = result.cells.filter((cell) => cell.arm !== arm.name && cell.seed === seed);
  const record = await runCell(arm, seed, {
    saved,
    checkPaired: (initialWeights) =>
      checkPaired(
        [...others, { ...id, initialWeights }],
        "the cells that are done are kept",
        result.arms,
      ),
    async save({ step, checkpoint, progress }, state) {
      await begin();
      await log.sync();
      await store.save({ step, checkpoint, progress: { ...progress, logBytes: log.length } });
      await log.write(place(state), { event: "checkpoint" });
    },
    keeper: keeping(run, saved, begin),
    onBreak: (error) => run.errors.push(error),
    callbacks: (facts) => [
      display.callback,
      logCallback(log, { result, arm, facts }),
      ...(index.cell === 1 ? [run.times] : []),
      ...(board === undefined ? [] : [board.callback]),
      ...(output.onProgress === undefined
        ? []
        : [eventCallback({ ...id, ...index }, output.onProgress)]),
    ],
    signal,
    workers,
  });
  await begin();
  const { status, error, steps, curve } = record;
  const end = { step: steps, epoch: curve.at(-1)?.epoch ?? 0 };
  await log.write(end, { event: "cellEnd", status, ...(error !== undefined && { error }) });
  await log.sync(); // a cell that has a record is not gone on with: nothing would mend its log
  await writeCell(path, record);
  await removeStaleWeights(path, record);
  const merged = mergeCells(result, [record]);
  await folder.save(merged);
  if (hasEnded(record)) await store.remove();
  await output.onProgress?.({
    ...{ event: "cellEnd", ...id, ...index, ...end, totalSteps: arm.steps, status },
    ...(error !== undefined && { error }),
  });
  return merged;
}

/** The metadata of the files are enough to make the model again. */
function keeping(
  { plan, arm, seed, result, folder }: CellRun,
  saved: SavedCell | undefined,
  begin: () => Promise<void>,
): Keeper {
  return keeperOf({
    outDir: folder.path,
    cell: { arm: arm.name, seed },
    mode: plan.keep,
    metric: arm.task.mainMetric,
    texts: {
      suite: result.suite,
      profile: result.profile,
      config: JSON.stringify(result.config),
      classes: JSON.stringify(result.data.classNames),
      ...(result.data.coding !== undefined && { labels: JSON.stringify(result.data.coding) }),
      arm: arm.name,
      algorithms: JSON.stringify(arm.algorithms.map(String)),
      settings: JSON.stringify(result.arms.find(({ name }) => name === arm.name)?.settings ?? {}),
      seed: `${seed}`,
    },
    saved,
    begin,
  });
}
