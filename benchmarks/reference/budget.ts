/**
 * What the parts will take, before any of them begins.
 *
 * @module
 */
import { parse } from "../cli/command.ts";
import { duration } from "../cli/progress.ts";
import { counted } from "../ground/format.ts";
import type { SuiteRunner } from "../run/program.ts";
import { timesOf } from "../run/plan/describe.ts";
import type { SuiteAsked } from "../run/options.ts";
import type { ReferencePart } from "./part.ts";

/** A part's share of the budget. */
export interface PartBudget {
  name: string;
  /** The part that is to be trained first, without whose weights nothing can be tried. */
  after?: string;
  cells?: number;
  /** The longest of its cells, in ms; nothing where no step could be tried. */
  cellMs?: number;
  /** All of its cells one after the other, in ms. */
  allMs?: number;
}

/**
 * What a part will take, from a few steps that are tried.
 *
 * @param words of its command line
 * @throws {UsageError} if the words are none that the suite knows
 * @throws {DataError} if the data cannot be read
 */
export async function budgetOf(
  { name }: Pick<ReferencePart, "name">,
  { options, plan }: SuiteRunner,
  words: readonly string[],
  signal: AbortSignal,
): Promise<PartBudget> {
  const parsed = parse<SuiteAsked>({ command: name, summary: "", options }, words);
  if (typeof parsed === "string") throw new RangeError(`the words of ${name} ask for help`);
  const planned = await plan({ ...parsed.asked, dryRun: true }, signal);
  const { plan: { cells }, estimate: { probe } } = planned;
  if (typeof probe === "string") return { name, cells: cells.length };
  const { cellMs, allMs } = timesOf(planned.plan, probe);
  return {
    name,
    cells: cells.length,
    cellMs: Math.max(...cells.map((cell) => cellMs(cell.arm))),
    allMs,
  };
}

/**
 * The budget in words: a line each part, and one of all.
 *
 * @param jobs shards beside each other
 */
export function budgetText(parts: readonly PartBudget[], jobs: number): string {
  const lines = parts.map((part) => `  ${part.name}: ${partText(part, jobs)}`);
  const known = parts.flatMap(({ allMs }) => allMs ?? []);
  const all = known.reduce((sum, ms) => sum + ms, 0);
  const cells = parts.reduce((sum, part) => sum + (part.cells ?? 0), 0);
  return [
    `budget: ${counted(parts.length, "part")}, ${counted(cells, "cell")}, about ` +
    `${duration(all / jobs)} in all by ${counted(jobs, "job")} beside each other, if each is as ` +
    "fast as one alone",
    ...lines,
  ].join("\n");
}

function partText({ after, cells = 0, cellMs, allMs }: PartBudget, jobs: number): string {
  if (after !== undefined) return `not known before ${after} is done, from whose weights it begins`;
  if (cellMs === undefined || allMs === undefined) {
    return `${counted(cells, "cell")}, time not known`;
  }
  return `${counted(cells, "cell")}, ${duration(cellMs)} at most a cell, ${duration(allMs / jobs)}`;
}
