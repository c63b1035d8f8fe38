/**
 * Commands of Deno, each in a process of its own, with a log.
 *
 * @module
 */
import { exitCodes } from "../cli/exit.ts";
import { askToEnd, startDeno } from "../ground/deno_program.ts";
import { linesOf } from "../ground/lines.ts";
import { appendFile } from "../run/logging/append_file.ts";

/** How a job ended. */
export interface JobEnd {
  /** Its exit code. */
  code: number;
  /** The signal that ended it; null where it ended by itself. */
  signal: Deno.Signal | null;
  /** What it said of that: its last line about an error, else its last line. */
  said: string;
}

/** What a job is told, and who hears of it. */
export interface JobOptions {
  /** The file that all its lines are added to. */
  log: string;
  /** Asks the job to save what it has, and end. */
  signal: AbortSignal;
}

/**
 * Runs Deno with these arguments, and waits for its end. What it writes is added to its log, so that a
 * run that goes on has one log.
 *
 * @throws {UsageError} if its log cannot be opened, or Deno cannot be started
 */
export async function runJob(args: readonly string[], options: JobOptions): Promise<JobEnd> {
  const { log, signal } = options;
  if (signal.aborted) return { code: exitCodes.interrupted, signal: null, said: "" };
  using file = await appendFile(log, Infinity);
  const process = startDeno("shards", {
    args: [...args],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
  const end = () => askToEnd(process, "SIGTERM");
  signal.addEventListener("abort", end);
  try {
    let last = "", error = "";
    const keep = async (line: string) => {
      last = line.trim() || last;
      error = errorIn(line) ?? error;
      // A full disk costs lines, not the job: it says itself what it cannot save.
      await file.append(new TextEncoder().encode(`${line}\n`)).catch(() => {});
    };
    await Promise.all([process.stdout, process.stderr].map(async (stream) => {
      for await (const line of linesOf(stream)) await keep(line);
    }));
    await file.sync().catch(() => {});
    const status = await process.status;
    return { code: status.code, signal: status.signal, said: error || last };
  } finally {
    signal.removeEventListener("abort", end);
  }
}

/** What a line says of an error that ends a program (`error: why`) or a cell (`broke: which: why`). */
function errorIn(line: string): string | undefined {
  const [, error] = /^error: (.*)/.exec(line) ?? [];
  return error ?? /^\s*(broke: .*)/.exec(line)?.[1] ?? /^(#? ?Fatal .*)/.exec(line)?.[1];
}
