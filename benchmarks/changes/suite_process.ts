/**
 * A suite, run by the code of a checkout.
 *
 * @module
 */
import { join } from "node:path";
import { exitCodes } from "../cli/exit.ts";
import { UsageError } from "../ground/errors.ts";
import { linesOf } from "../ground/lines.ts";
import { readResult, type Result } from "../record/mod.ts";
import { kill } from "../timing/subject_process.ts";
import { type ComparedSuite, suiteFile } from "./profiles.ts";
import { denoProgram } from "../ground/deno_program.ts";
import { placeIn, preloadPlaces } from "./programs.ts";
import type { RunOptions } from "./sides.ts";

export interface SuiteRun extends Pick<RunOptions, "backend" | "signal" | "tell"> {
  /** The checkout. */
  folder: string;
  seeds: readonly number[];
  /** Values of its profile to replace. */
  settings: Readonly<Record<string, string>>;
  /** Where its result goes. */
  out: string;
  /** Whether the cells in `out` are kept, and an interrupted run may record its own. */
  resume: boolean;
  /** Whether a result with failed cells is accepted. */
  takesBroken: boolean;
  /** The beginning of an error, such as `Cannot compare as the head's`. */
  failure: string;
}

/**
 * Runs a suite's quick profile to its end.
 *
 * @throws {UsageError} if it fails, or its result cannot be read; the signal's reason when that comes
 */
export async function runSuiteProcess(suite: ComparedSuite, run: SuiteRun): Promise<Result> {
  const { code, last } = await runProcess(suite, run);
  const { done, broken } = exitCodes;
  if (code === done || (code === broken && run.takesBroken)) return await readResult(run.out);
  throw new UsageError(`${run.failure} bench:${suite.name} ended with ${code}: ${last}`);
}

/** The exit code, and the last line on stderr. */
async function runProcess(
  suite: ComparedSuite,
  run: SuiteRun,
): Promise<{ code: number; last: string }> {
  const { signal, folder, tell, resume } = run;
  signal.throwIfAborted();
  const process = new Deno.Command(denoProgram(), {
    args: argumentsOf(suite, run),
    cwd: folder,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  // SIGTERM lets it record its finished cells.
  const end = () => kill(process, resume ? "SIGTERM" : "SIGKILL");
  signal.addEventListener("abort", end);
  let last = "";
  for await (const line of linesOf(process.stderr)) {
    last = line;
    tell(line);
  }
  const { code } = await process.status;
  signal.removeEventListener("abort", end);
  signal.throwIfAborted();
  return { code, last };
}

/** As in the suite's task; the oldest versions have no such module. */
function preloads(folder: string): string[] {
  const path = placeIn(folder, preloadPlaces);
  return path === undefined ? [] : [`--preload=${path}`];
}

function argumentsOf({ name, arms }: ComparedSuite, run: SuiteRun): string[] {
  const { folder, backend, seeds, settings, out, resume } = run;
  const permissions = ["--no-prompt", "--allow-read", "--allow-write", "--allow-env"];
  const native = ["--allow-ffi", "--allow-sys", "--allow-run=git,/usr/bin/lscpu"];
  return [
    ...["run", ...preloads(folder), ...permissions, ...native, join(folder, suiteFile(name))],
    ...["--profile", "quick", "--backend", backend],
    ...["--arms", arms.join(","), "--seeds", seeds.join(",")],
    ...Object.entries(settings).flatMap(([key, value]) => ["--set", `${key}=${value}`]),
    ...["--out", out],
    ...(resume ? ["--resume"] : []),
  ];
}
