/**
 * A part: its shards beside each other, and what is kept of them.
 *
 * @module
 */
import { join } from "node:path";
import { exitCodes } from "../cli/exit.ts";
import { UsageError } from "../ground/errors.ts";
import { rebuild } from "../report/rebuild.ts";
import { type JobEnd, runJob, shardFolder } from "./jobs.ts";
import { keepFew } from "./kept.ts";
import type { ReferencePart } from "./part.ts";
import { type Places, programOf, wordsOf } from "./program.ts";

/** How a part is run. */
export interface PartRun extends Places {
  /** The folder of its shards. */
  work: string;
  /** How many shards there are. */
  jobs: number;
  signal: AbortSignal;
}

/**
 * Runs a part, or goes on with it, and writes its report where all cells are done.
 *
 * @returns whether they are; else it was stopped
 * @throws {UsageError} if a shard cannot be run, saying where its log is; what is done is kept
 */
export async function runPart(part: ReferencePart, run: PartRun): Promise<boolean> {
  const { work, jobs, signal, out } = run;
  await Deno.mkdir(work, { recursive: true });
  const folders = Array.from({ length: jobs }, (_, index) => shardFolder(work, index));
  const ends = await Promise.all(folders.map((folder, index) => {
    const shard = ["--shard", `${index + 1}/${jobs}`, "--resume"];
    const words = [...wordsOf(part, run, folder), ...shard];
    return runJob(programOf(part, words), { log: `${folder}.log`, signal });
  }));
  ends.forEach((end, index) => checkEnd(part, end, `${folders[index]}.log`));
  if (ends.some(({ code }) => code === exitCodes.interrupted)) return false;
  await rebuild(folders, join(out, part.name), { force: true });
  await keepFew(join(out, part.name));
  return true;
}

/** A cell that broke is left out of the report, which says so; what is wrong is to be seen to first. */
function checkEnd({ name }: ReferencePart, { code, last }: JobEnd, log: string): void {
  const { done, interrupted } = exitCodes;
  if (code === done || code === interrupted) return;
  throw new UsageError(
    `Cannot go on as a shard of ${name} ended with ${code}: ${last}; its lines are in ${log}, and the ` +
      "same command goes on once that is mended",
  );
}
