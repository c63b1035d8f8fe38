/**
 * A part: its shards beside each other, and how they end.
 *
 * @module
 */
import { dirname } from "node:path";
import { type Ending, exitCodes } from "../cli/exit.ts";
import { type JobEnd, runJob } from "./jobs.ts";
import type { ReferencePart } from "./part.ts";
import { type Places, programOf, wordsOf } from "./program.ts";
import type { Shard } from "./shards.ts";

/** How a part is run. */
export interface PartRun extends Places {
  /** How many shards run beside each other, >= 1. */
  jobs: number;
  /** Asks them to save what they have, and end. */
  signal: AbortSignal;
  /** Takes a line about a shard that has not come to its end, as soon as that is known. */
  say: (line: string) => void;
}

/**
 * Runs the shards of a part, or goes on with them. Where one cannot go on the others do: what they do is
 * kept.
 *
 * @param shards all of them; their folders are there
 * @returns `"done"` where all cells are; `"interrupted"` where it was stopped; else how a shard ended
 * @throws {UsageError} if Deno cannot be started
 */
export async function runShards(
  part: ReferencePart,
  shards: readonly Shard[],
  run: PartRun,
): Promise<Ending> {
  const waiting = [...shards];
  const endings: Ending[] = [];
  const work = async () => {
    for (let shard = waiting.shift(); shard !== undefined; shard = waiting.shift()) {
      const { folder, log, number, count } = shard;
      const words = [
        ...await wordsOf(part, run, folder),
        "--shard",
        `${number}/${count}`,
        "--resume",
      ];
      const end = await runJob(programOf(part, words), { log, signal: run.signal });
      const ending = endingOf(end, run.signal);
      endings.push(ending);
      if (ending !== "done" && ending !== "interrupted") run.say(problemOf(part, shard, end));
    }
  };
  const workers = Array.from({ length: Math.min(run.jobs, shards.length) }, work);
  const ended = await Promise.allSettled(workers); // one that cannot start ends no other
  const refused = ended.find(({ status }) => status === "rejected");
  if (refused !== undefined) throw (refused as PromiseRejectedResult).reason;
  const problem = endings.find((ending) => ending !== "done" && ending !== "interrupted");
  return problem ?? endings.find((ending) => ending === "interrupted") ?? "done";
}

/** A shard that is asked to end before it listens is ended by the signal. */
function endingOf({ code, signal }: JobEnd, { aborted }: AbortSignal): Ending {
  if (signal !== null) return aborted && signal !== "SIGKILL" ? "interrupted" : "broken";
  const [ending] = Object.entries(exitCodes).find(([, known]) => known === code) ?? [];
  return (ending ?? "fault") as Ending;
}

/** What became of a shard, where to read more, and what to do. */
function problemOf({ name }: ReferencePart, shard: Shard, end: JobEnd): string {
  const { number, log } = shard;
  return `Cannot finish ${name} as its shard ${number} ${endText(end)}; its lines are in ${log}; ` +
    `what is done is kept: ${adviceFor(end, shard)}`;
}

function endText({ code, signal, said }: JobEnd): string {
  const words = said === "" ? "" : `: ${said}`;
  if (signal === null) return `ended with exit code ${code}${words}`;
  const why = signal === "SIGKILL" ? ", perhaps for lack of memory" : "";
  return `was ended by ${signal}${why}${words}`;
}

function adviceFor({ code, signal, said }: JobEnd, { folder }: Shard): string {
  if (signal === "SIGKILL" || /memory/i.test(said)) {
    return "the same command goes on, and with fewer --jobs it takes less memory";
  }
  if (signal !== null || code === exitCodes.broken) {
    return "the same command goes on, and tries again what broke";
  }
  return `the same command goes on once that is mended, or begins anew where ${
    dirname(folder)
  } is removed`;
}
