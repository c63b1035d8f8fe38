import { fileURLToPath } from "node:url";
import { UsageError } from "../ground/errors.ts";
import type { OverheadProfile } from "../experiments/profiles/overhead.ts";
import { oneDnnSwitch, oneDnnVariables } from "../../src/backends/tensorflow/one_dnn.ts";
import type { Ready } from "./protocol.ts";
import { type Program, SubjectProcess } from "./subject_process.ts";
import type { Subject, SubjectOrder } from "./subjects.ts";

/** A subject that waits for its first request, or why there is none. */
export type Running = { process: SubjectProcess; ready: Ready } | { unavailable: string };

/** What starting a subject depends on. */
export interface Surroundings {
  profile: OverheadProfile;
  threads: number;
  interpreters: readonly string[];
}

/**
 * Starts a subject: a peer with the first interpreter that has what it needs.
 *
 * @param subject the subject
 * @param surroundings profile, threads and interpreters
 * @returns its process, or what is missing on this machine
 * @throws {SubjectError} if it dies before it is ready
 */
export async function runningFor(subject: Subject, surroundings: Surroundings): Promise<Running> {
  let running: Running = { unavailable: "there is no interpreter for it" };
  for (const program of programsOf(subject, surroundings)) {
    running = await startProgram(program);
    if ("process" in running) break;
  }
  return running;
}

/**
 * Fails unless the interpreters that are named by a path are there: before minutes of timing, not
 * after.
 *
 * @param interpreters as given by `--peers`
 * @throws {UsageError} naming the first that is not
 */
export async function checkInterpreters(interpreters: readonly string[]): Promise<void> {
  for (const path of interpreters.filter((name) => name.includes("/"))) {
    const isFile = await Deno.stat(path).then((found) => found.isFile, () => false);
    if (!isFile) throw new UsageError(`Cannot time peers as ${path} is no file (--peers PYTHON)`);
  }
}

async function startProgram(program: Program): Promise<Running> {
  let process: SubjectProcess;
  try {
    process = new SubjectProcess(program);
  } catch (error) {
    if (!isUnusable(error)) throw error;
    return { unavailable: `${program.command} is no program that can be run` };
  }
  try {
    const hello = await process.hello();
    if ("ready" in hello) return { process, ready: hello.ready };
    await process.end();
    return hello;
  } catch (error) {
    await process.end(true);
    throw error;
  }
}

function isUnusable(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied;
}

function programsOf(subject: Subject, { profile, threads, interpreters }: Surroundings): Program[] {
  const order: SubjectOrder = { subject, profile, threads };
  const env = { ...environmentOf(threads), ...oneDnnOf(subject) };
  const text = JSON.stringify(order);
  if (subject.program === undefined) {
    const file = pathOf("./subject.ts");
    const permissions = ["--no-prompt", "--allow-read", "--allow-env", "--allow-ffi"];
    return [{ command: Deno.execPath(), args: ["run", ...permissions, file, text], env }];
  }
  const file = pathOf(`../peers/${subject.program}`);
  return interpreters.map((command) => ({ command, args: [file, text], env }));
}

/** Keras is measured as this library computes; this library's own processes decide themselves. */
function oneDnnOf({ engine, oneDnn }: Subject): Record<string, string> {
  if (oneDnn === false) return { [oneDnnSwitch]: "0" };
  return engine === "keras" ? oneDnnVariables() : {};
}

/** Libraries that make their threads before anyone can say how many read these. */
function environmentOf(threads: number): Record<string, string> {
  const count = String(threads);
  return {
    OMP_NUM_THREADS: count,
    MKL_NUM_THREADS: count,
    TF_NUM_INTRAOP_THREADS: count,
    TF_NUM_INTEROP_THREADS: count,
    TF_CPP_MIN_LOG_LEVEL: "1",
    CUDA_VISIBLE_DEVICES: "-1", // processors alone
    NO_COLOR: "1", // errors are quoted
    PYTHONDONTWRITEBYTECODE: "1", // nothing is left in the checkout
  };
}

function pathOf(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}
