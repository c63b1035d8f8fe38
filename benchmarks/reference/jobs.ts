/**
 * Shards of one command, each in a process of its own, beside each other.
 *
 * @module
 */
import { join } from "node:path";
import { denoProgram } from "../ground/deno_program.ts";
import { linesOf } from "../ground/lines.ts";

/** How a process ended: its exit code, and the last line that it wrote. */
export interface JobEnd {
  code: number;
  last: string;
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
 */
export async function runJob(args: readonly string[], options: JobOptions): Promise<JobEnd> {
  const { log, signal } = options;
  using file = await Deno.open(log, { create: true, append: true });
  const process = new Deno.Command(denoProgram(), {
    args: [...args],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const end = () => process.kill("SIGTERM");
  if (signal.aborted) end();
  signal.addEventListener("abort", end);
  let last = "";
  const keep = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
    for await (const line of linesOf(stream)) {
      last = line || last;
      await write(file, `${line}\n`);
    }
  };
  await Promise.all([keep(process.stdout), keep(process.stderr)]);
  const { code } = await process.status;
  signal.removeEventListener("abort", end);
  return { code, last };
}

async function write(file: Deno.FsFile, text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
}

/** The folder of a shard, in the one that a part works in. */
export function shardFolder(work: string, index: number): string {
  return join(work, `shard-${index + 1}`);
}
