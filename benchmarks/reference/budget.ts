/**
 * What the parts will take, before any of them begins.
 *
 * @module
 */
import { DataError } from "../../datasets/errors.ts";
import { parse } from "../cli/command.ts";
import { duration } from "../cli/progress.ts";
import { UsageError } from "../ground/errors.ts";
import { counted } from "../ground/format.ts";
import { cellKey } from "../record/mod.ts";
import type { SuiteRunner } from "../run/program.ts";
import { type Planned, timesOf } from "../run/plan/describe.ts";
import type { SuiteAsked } from "../run/options.ts";

/** What a part will take. */
export interface PartBudget {
  name: string;
  /** How many cells it has. */
  cells: number;
  /** How many of them are done. */
  done: number;
  /** What will take how long; a text where no step could be tried. */
  times: Times | string;
}

/** Times of a part, in ms. */
interface Times {
  /** Of each cell, in the order in which shards take them in turn; 0 of those that are done. */
  cellsMs: number[];
  /** Of the timing, which the first shard does. */
  timingMs: number;
}

/** A part whose budget cannot be known before another one is done, whose weights or rates it takes. */
export interface LaterPart {
  name: string;
  after: string;
}

/**
 * What a part will take, from a few steps that are tried.
 *
 * @param name the part's
 * @param words of its command line
 * @param isDone the cells that are done, by their keys
 * @throws {UsageError} if the words are none that the suite knows
 * @throws {DataError} if the data cannot be read
 */
export async function budgetOf(
  name: string,
  { options, plan }: Pick<SuiteRunner, "options" | "plan">,
  words: readonly string[],
  isDone: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<PartBudget> {
  const { plan: { cells }, plan: planned, estimate } = await plannedOf(name, async () => {
    const parsed = parse<SuiteAsked>({ command: name, summary: "", options }, words);
    if (typeof parsed === "string") throw new UsageError("its words ask for help");
    return await plan(parsed.asked, signal);
  });
  const { probe } = estimate;
  const done = cells.filter(({ arm, seed }) => isDone.has(cellKey({ arm: arm.name, seed })));
  const counts = { name, cells: cells.length, done: done.length };
  if (typeof probe === "string") return { ...counts, times: probe };
  const { cellMs, timingMs } = timesOf(planned, probe);
  const cellsMs = cells.map((cell) => done.includes(cell) ? 0 : cellMs(cell.arm));
  return { ...counts, times: { cellsMs, timingMs } };
}

/** A plan whose errors say of which part it is. */
async function plannedOf(name: string, plan: () => Promise<Planned>): Promise<Planned> {
  try {
    return await plan();
  } catch (error) {
    for (const Kind of [UsageError, DataError]) {
      if (!(error instanceof Kind)) continue;
      throw new Kind(`Cannot run ${name}: ${error.message}`, { cause: error });
    }
    throw error;
  }
}

/**
 * The budget in words: a line of all, and one each part.
 *
 * @param jobs shards beside each other
 */
export function budgetText(parts: readonly (PartBudget | LaterPart)[], jobs: number): string {
  const known = parts.filter((part): part is PartBudget => !("after" in part));
  const cells = known.reduce((sum, part) => sum + part.cells - part.done, 0);
  const ms = known.map((part) => besideMs(part, jobs)).filter((ms) => ms !== undefined);
  const all = `about ${duration(ms.reduce((sum, ms) => sum + ms, 0))}`;
  const rest = ms.length < parts.length ? " and what is not known yet" : "";
  return [
    `budget: ${counted(parts.length, "part")}, ${counted(cells, "cell")}, ${all}${rest}, ` +
    `${counted(jobs, "job")} beside each other, if each is as fast then as one alone`,
    ...parts.map((part) => `  ${part.name}: ${partText(part, jobs)}`),
  ].join("\n");
}

/** What is to be known of a part, in words. */
export function partText(part: PartBudget | LaterPart, jobs: number): string {
  if ("after" in part) {
    return `not known before ${part.after} is done, whose weights or rates it takes`;
  }
  const { cells, done, times } = part;
  const count = `${counted(cells - done, "cell")}${
    done > 0 ? ` (${done} more ${done === 1 ? "is" : "are"} done)` : ""
  }`;
  if (typeof times === "string") return `${count}, time not known: ${times}`;
  const longest = Math.max(...times.cellsMs);
  return `${count}, ${duration(longest)} at most a cell, ${duration(besideMs(part, jobs)!)} in all`;
}

/** The longest of the shards, which take cells in turn; nothing where it is not known. */
function besideMs({ times }: PartBudget, jobs: number): number | undefined {
  if (typeof times === "string") return undefined;
  const { cellsMs, timingMs } = times;
  const shards = Array.from(
    { length: Math.min(jobs, cellsMs.length) },
    (_, index) => cellsMs.filter((_, i) => i % jobs === index).reduce((sum, ms) => sum + ms, 0),
  );
  return Math.max(...shards.map((ms, index) => ms + (index === 0 ? timingMs : 0)));
}
