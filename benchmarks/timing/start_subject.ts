import { fileURLToPath } from "node:url";
import { UsageError } from "../ground/errors.ts";
import { oneDnnSwitch, oneDnnVariables } from "../../src/backends/tensorflow/one_dnn.ts";
import type { Ready } from "../record/mod.ts";
import { jaxPeer } from "./jax_subjects.ts";
import type { Subject, SubjectOrder } from "./protocol.ts";
import { type SubjectCommand, SubjectProcess } from "./subject_process.ts";

/** A subject that waits for its first request, or why this machine cannot run it. */
export type Running = { process: SubjectProcess; ready: Ready } | { unavailable: string };

export interface Surroundings extends Omit<SubjectOrder, "subject"> {
  /** Python interpreters, in the order in which peers try them. */
  interpreters: readonly string[];
}

/**
 * Starts a subject: a peer in Python with the first interpreter that has its packages.
 *
 * @throws {SubjectError} if it dies before it is ready
 */
export async function runningFor(
  subject: Subject,
  { profile, threads, interpreters }: Surroundings,
): Promise<Running> {
  const order = { subject, profile: { ...profile, ...subject.settings }, threads };
  const { program } = subject;
  const file = pathOf(program === undefined ? "./subject.ts" : `./peers/${program}`);
  const commands = file.endsWith(".ts")
    ? [stepCommand(order, Deno.execPath(), file)]
    : interpreters.map((python) => commandOf(order, python, file));
  let running: Running = { unavailable: "there is no interpreter for it" };
  for (const command of commands) {
    running = await start(command);
    if ("process" in running) break;
  }
  return running;
}

/**
 * The command that starts a step of this library, in this checkout or in another.
 *
 * @param deno the executable
 * @param file the checkout's `subject.ts`
 */
export function stepCommand(order: SubjectOrder, deno: string, file: string): SubjectCommand {
  const permissions = ["--no-prompt", "--allow-read", "--allow-env", "--allow-ffi"];
  return commandOf(order, deno, "run", ...permissions, file);
}

/** Those of `--peers` that are interpreters. */
export function interpretersOf(peers: readonly string[]): string[] {
  return peers.filter((peer) => peer !== jaxPeer);
}

/**
 * Checks that interpreters given by a path exist, before minutes of timing.
 *
 * @throws {UsageError} naming the first that does not
 */
export async function checkInterpreters(interpreters: readonly string[]): Promise<void> {
  for (const path of interpreters.filter((name) => name.includes("/"))) {
    const isFile = await Deno.stat(path).then((found) => found.isFile, () => false);
    if (!isFile) throw new UsageError(`Cannot time peers as ${path} is no file (--peers PYTHON)`);
  }
}

async function start(command: SubjectCommand): Promise<Running> {
  let process: SubjectProcess | undefined;
  try {
    process = new SubjectProcess(command);
    const hello = await process.hello();
    if ("ready" in hello) return { process, ready: hello.ready };
    await process.end();
    return hello;
  } catch (error) {
    await process?.end(true);
    const { NotFound, PermissionDenied } = Deno.errors;
    if (!(error instanceof NotFound || error instanceof PermissionDenied)) throw error;
    return { unavailable: `${command.command} is no program that can be run` };
  }
}

function commandOf(order: SubjectOrder, command: string, ...args: string[]): SubjectCommand {
  const env = { ...environmentOf(order.threads), ...oneDnnOf(order.subject) };
  return { command, args: [...args, JSON.stringify(order)], env };
}

/** Keras uses oneDNN where this library does; this library's own processes decide themselves. */
function oneDnnOf({ engine, oneDnn }: Subject): Record<string, string> {
  if (oneDnn === false) return { [oneDnnSwitch]: "0" };
  return engine === "keras" ? oneDnnVariables() : {};
}

/** Read by libraries that create their threads before a program can say how many. */
export function environmentOf(threads: number): Record<string, string> {
  const count = String(threads);
  return {
    OMP_NUM_THREADS: count,
    MKL_NUM_THREADS: count,
    TF_NUM_INTRAOP_THREADS: count,
    TF_NUM_INTEROP_THREADS: count,
    TF_CPP_MIN_LOG_LEVEL: "1",
    CUDA_VISIBLE_DEVICES: "-1", // processors alone
    NO_COLOR: "1", // errors are copied into reports
    PYTHONDONTWRITEBYTECODE: "1", // nothing is left in the checkout
  };
}

function pathOf(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}
