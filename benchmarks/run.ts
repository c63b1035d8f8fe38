import { join } from "node:path";
import { runCell } from "./cell.ts";
import { clearRun } from "./output.ts";
import type { Plan } from "./plan.ts";
import { type Progress, progress } from "./progress.ts";
import { writeReport } from "./report/mod.ts";
import { cellKey, mergeCells, type Result, writeCell, writeResult } from "./result.ts";
import { timeArms } from "./timing.ts";

/** What a run came to. */
export interface Finished {
  /** The result, as in `result.json`. */
  result: Result;
  /** Whether every cell of the plan was run to its end. */
  complete: boolean;
}

/**
 * Runs the cells of a plan that are not done yet. After each one its record and the merged result
 * are on disk, so that a run can stop at any time and go on later. Before the first one has ended
 * nothing is written, and what was there is still there.
 *
 * @param plan the plan
 * @param start the result so far, with the cells done
 * @param out the folder for results and reports
 * @param signal ends the run after the step under way
 * @returns the result, and whether all was run
 */
export async function runPlan(
  plan: Plan,
  start: Result,
  out: string,
  signal: AbortSignal,
): Promise<Finished> {
  const display = progress(plan.task.batchSize);
  let result = start;
  const done = new Set(start.cells.filter(({ status }) => status !== "interrupted").map(cellKey));
  const waiting = plan.cells.filter(({ arm, seed }) => !done.has(cellKey({ arm: arm.name, seed })));
  for (const [i, cell] of waiting.entries()) {
    if (signal.aborted) break;
    result = await runOne(
      plan,
      cell,
      result,
      out,
      signal,
      display,
      `${i + 1} of ${waiting.length}`,
    );
  }
  if (result.cells.length === 0) return { result, complete: false };
  const rounds = roundsOf(result.overhead);
  if (!signal.aborted && rounds < plan.timingRounds) {
    const overhead = await timeArms(plan.task, plan.arms, plan.timingRounds, signal);
    if (roundsOf(overhead) > rounds) result = { ...result, overhead };
  }
  await save(result, out);
  await writeReport(out, result);
  return { result, complete: !signal.aborted };
}

async function runOne(
  plan: Plan,
  { arm, seed }: Plan["cells"][number],
  result: Result,
  out: string,
  signal: AbortSignal,
  display: Progress,
  place: string,
): Promise<Result> {
  display.begin(`${arm.name}, seed ${seed} (${place})`);
  try {
    const { duration, evaluations } = plan;
    const options = { duration, evaluations, callback: display.callback, signal };
    const record = await runCell(plan.task, arm, seed, options);
    if (result.cells.length === 0) {
      await clearRun(out);
      await save(result, out);
    }
    await writeCell(out, record);
    const merged = mergeCells(result, [record]);
    await save(merged, out);
    return merged;
  } finally {
    display.end();
  }
}

/** An interrupted timing has fewer rounds than were asked for: it is done again. */
function roundsOf(overhead: Result["overhead"]): number {
  return overhead?.[0]?.pairs.length ?? 0;
}

async function save(result: Result, out: string): Promise<void> {
  await writeResult(join(out, "result.json"), result);
}
