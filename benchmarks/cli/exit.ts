import config from "../../deno.json" with { type: "json" };
import { DataError } from "../../datasets/errors.ts";
import { keepOutputFromFailing } from "./signals/lasting_output.ts";

/**
 * How a process ends. Ctrl-C, for one: `signals/stop_signals.ts` makes a signal of the system an
 * abort signal, a run that sees it aborted is not complete, its program's body returns
 * `"interrupted"`, and {@linkcode endWith} makes that exit code 4.
 */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  data: 3,
  interrupted: 4,
  broken: 5,
  /** A fault of this program, as in BSD's `sysexits`. */
  fault: 70,
} as const;

/** A way to end, by its name. */
export type Ending = keyof typeof exitCodes;

/** What the endings that every program has are called in a help text. */
export const endingTexts: Readonly<Partial<Record<Ending, string>>> = {
  done: "done",
  usage: "usage or configuration",
  fault: "a fault of the program",
};

/**
 * Errors whose message says all: a wrong command line or setting, a group of workers that cannot be, a
 * backend that is not there or runs out of memory. By name, so that no backend is loaded to compare
 * with. A `RangeError` is none of them: what the library refuses of a user's is made a `UsageError` where
 * it is handed over.
 */
const foreseen: ReadonlySet<string> = new Set([
  "UsageError",
  "BackendStartError",
  "TensorFlowLibraryError",
  "OutOfMemoryError",
  "ClusterError",
  "WebGpuAdapterError",
  "WebGpuDeviceError",
]);

/** The error of a worker whose group has lost another one: to be tried again, from what was saved. */
const lostWorker = "WorkerLostError";

/**
 * Runs a program and ends the process: with the code of the ending that it returns, or of its error,
 * which is written to stderr in a line.
 *
 * @param program returns how it ended
 */
export async function endWith(program: () => Promise<Ending>): Promise<never> {
  keepOutputFromFailing();
  try {
    Deno.exit(exitCodes[await program()]);
  } catch (error) {
    Deno.exit(tell(error));
  }
}

/** Writes an error's line; one that nobody foresaw also says where it came from. */
function tell(error: unknown): number {
  const code = codeOf(error);
  const message = code === undefined ? "" : (error as Error).message;
  const missing = missingPermission(error);
  if (missing !== undefined) {
    const words = message.includes(missing.words) ? [message] : [message, missing.words];
    console.error(`error: ${words.filter(Boolean).join(": ")}${missing.advice}`);
    return exitCodes.usage;
  }
  if (code !== undefined) {
    console.error(`error: ${message}`);
    return code;
  }
  console.error("error: this is a fault of the program; please report it with the lines below");
  console.error(error);
  return exitCodes.fault;
}

/** The code of an error whose message says all. */
function codeOf(error: unknown): number | undefined {
  if (error instanceof DataError) return exitCodes.data;
  if (error instanceof Error && error.name === lostWorker) return exitCodes.broken;
  return error instanceof Error && foreseen.has(error.name) ? exitCodes.usage : undefined;
}

/** How Deno words a missing permission; from a worker, only the words arrive. */
const refusal =
  /Requires ([\w-]+) access(?: to "([^"]*)")?[^;]*?, run again with the --allow-[\w-]+ flag/s;

/** A permission that is not there. */
export interface MissingPermission {
  /** What Deno says of it, in one line: it names the flag. */
  words: string;
  /** The task that has it; empty where none of this program has. */
  advice: string;
}

/**
 * The missing permission that made an error, here or in a worker.
 *
 * @returns nothing for another error
 */
export function missingPermission(error: unknown): MissingPermission | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const [words, kind = "", name = ""] = refusal.exec(cause.message) ?? [];
    if (words === undefined) continue;
    return { words: words.replace(/\s+/g, " "), advice: adviceFor(kind, name) };
  }
  return undefined;
}

/** The task whose program this is, where it has the permission: a user's own module may want more. */
function adviceFor(kind: string, name: string): string {
  const task = Object.entries(config.tasks).find(([, { command }]) => {
    const words = command.split(" ");
    return Deno.mainModule.endsWith(`/${words.at(-1)}`) &&
      words.some((word) => grants(word, kind, name));
  });
  return task === undefined ? "" : `; \`deno task ${task[0]}\` runs with all that it needs`;
}

function grants(flag: string, kind: string, name: string): boolean {
  const [option, list] = flag.split("=");
  return option === `--allow-${kind}` && (list?.split(",").includes(name) ?? true);
}
