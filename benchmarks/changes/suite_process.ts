/**
 * A suite, run by the code of a checkout.
 *
 * @module
 */
import { placeIn, preloadPlaces } from "./program_places.ts";
import { join } from "node:path";
import { linesOf } from "../ground/lines.ts";
import { denoProgram } from "./deno_program.ts";
import type { ComparedSuite } from "./profiles.ts";
import { InterruptedError } from "./sides.ts";

/** What a suite is run with. */
export interface SuiteRun {
  /** Where it is checked out. */
  folder: string;
  /** The TensorFlow.js backend. */
  backend: string;
  seeds: readonly number[];
  /** Values of its profile to replace. */
  settings: Readonly<Record<string, string>>;
  /** Where its result goes. */
  out: string;
  /** Whether cells that are there are kept. */
  resume: boolean;
  /** Ends it. */
  signal: AbortSignal;
  /** How it is ended: `SIGTERM` lets it record what it has, and is seldom ignored from outside. */
  endBy: "SIGTERM" | "SIGKILL";
  /** Takes its lines on how far it is. */
  tell: (line: string) => void;
}

/**
 * Runs a suite's quick profile to its end.
 *
 * @param suite the suite
 * @param run where and how
 * @returns the exit code, and what it said last
 * @throws {InterruptedError} if the signal came
 */
export async function runSuiteProcess(
  suite: ComparedSuite,
  run: SuiteRun,
): Promise<{ code: number; last: string }> {
  const { signal, folder, tell, endBy } = run;
  if (signal.aborted) throw new InterruptedError("interrupted");
  const process = new Deno.Command(denoProgram(), {
    args: argumentsOf(suite, run),
    cwd: folder,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const end = () => kill(process, endBy);
  signal.addEventListener("abort", end);
  let last = "";
  for await (const line of linesOf(process.stderr)) {
    last = line;
    tell(line);
  }
  const { code } = await process.status;
  signal.removeEventListener("abort", end);
  if (signal.aborted) throw new InterruptedError("interrupted");
  return { code, last };
}

function kill(process: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    process.kill(signal);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // it has ended
  }
}

/** As its task has it; the oldest versions have no such module. */
function preloads(folder: string): string[] {
  const path = placeIn(folder, preloadPlaces);
  return path === undefined ? [] : [`--preload=${path}`];
}

function argumentsOf({ file, arms }: ComparedSuite, run: SuiteRun): string[] {
  const { folder, backend, seeds, settings, out, resume } = run;
  const permissions = ["--no-prompt", "--allow-read", "--allow-write", "--allow-env"];
  const native = ["--allow-ffi", "--allow-sys", "--allow-run=git,/usr/bin/lscpu"];
  return [
    ...["run", ...preloads(folder), ...permissions, ...native, join(folder, file)],
    ...["--profile", "quick", "--backend", backend],
    ...["--arms", arms.join(","), "--seeds", seeds.join(",")],
    ...Object.entries(settings).flatMap(([key, value]) => ["--set", `${key}=${value}`]),
    ...["--out", out],
    ...(resume ? ["--resume"] : []),
  ];
}
