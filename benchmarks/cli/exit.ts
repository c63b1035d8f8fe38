import { DataError } from "../../datasets/errors.ts";
import { missingPermission } from "./missing_permission.ts";
import { keepOutputFromFailing } from "./signals/lasting_output.ts";

/** How a process ends. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  data: 3,
  interrupted: 4,
  broken: 5,
  /** A fault of this program, as in BSD's sysexits. */
  fault: 70,
} as const;

/**
 * Errors whose message says all: a wrong command line or setting, a backend that is not there or runs
 * out of memory. By name, so that no backend is loaded to compare with. A `RangeError` is none of
 * them: what the library refuses of a user's is made a `UsageError` where it is handed over.
 */
const foreseen: ReadonlySet<string> = new Set([
  "UsageError",
  "BackendStartError",
  "TensorFlowLibraryError",
  "OutOfMemoryError",
  "WebGpuAdapterError",
  "WebGpuDeviceError",
]);

/**
 * Runs a program and ends the process: with the code that it returns, or with the code of its
 * error, which is told in a line on stderr.
 *
 * @param program returns the exit code
 */
export async function endWith(program: () => Promise<number>): Promise<never> {
  keepOutputFromFailing();
  try {
    Deno.exit(await program());
  } catch (error) {
    Deno.exit(tell(error));
  }
}

/** An error that nobody foresaw also tells where it came from. */
function tell(error: unknown): number {
  const missing = missingPermission(error);
  if (missing !== undefined) {
    console.error(`error: ${told(error, missing.words)}${missing.advice}`);
    return exitCodes.usage;
  }
  if (error instanceof DataError) {
    console.error(`error: ${error.message}`);
    return exitCodes.data;
  }
  if (error instanceof Error && foreseen.has(error.name)) {
    console.error(`error: ${error.message}`);
    return exitCodes.usage;
  }
  console.error("error: this is a fault of the program; please report it with the lines below");
  console.error(error);
  return exitCodes.fault;
}

/** What a missing permission hindered, where an error of ours says so, and what is missing. */
function told(error: unknown, words: string): string {
  if (!(error instanceof Error) || !(foreseen.has(error.name) || error instanceof DataError)) {
    return words;
  }
  return error.message.includes(words) ? error.message : `${error.message}: ${words}`;
}
