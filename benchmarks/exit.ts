import { DataError } from "../datasets/errors.ts";
import { keepOutputFromFailing } from "./signals/lasting_output.ts";

/** How a process ends. */
export const exitCodes = { done: 0, failed: 1, usage: 2, data: 3, interrupted: 4 } as const;

/**
 * Errors whose message says all: a wrong command line, a setting that the library refuses, a backend
 * that is not there or runs out of memory. By name, so that no backend is loaded to compare with.
 */
const foreseen: ReadonlySet<string> = new Set([
  "UsageError",
  "RangeError",
  "TensorFlowLibraryError",
  "TensorFlowError",
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
  if (error instanceof DataError) {
    console.error(`error: ${error.message}`);
    return exitCodes.data;
  }
  if (error instanceof Error && foreseen.has(error.name)) {
    console.error(`error: ${error.message}`);
    return exitCodes.usage;
  }
  console.error("error: this should not have happened; please report it with the lines below");
  console.error(error);
  return exitCodes.failed;
}
