import { DataError } from "../datasets/errors.ts";
import { TensorFlowLibraryError } from "../src/backends/tensorflow/library.ts";
import { TensorFlowError } from "../src/backends/tensorflow/status.ts";
import { WebGpuAdapterError } from "../src/backends/webgpu/mod.ts";
import { UsageError } from "./errors.ts";

/** How a process ends. */
export const exitCodes = { done: 0, failed: 1, usage: 2, data: 3, interrupted: 4 } as const;

/**
 * Runs a program and ends the process: with the code that it returns, or with the code of its
 * error, which is told in a line on stderr.
 *
 * @param program returns the exit code
 */
export async function endWith(program: () => Promise<number>): Promise<never> {
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
  // The library's RangeErrors name the wrong value: a setting that a user gave. TensorFlow's own
  // errors name the operation, and what to do where there is not enough memory.
  const errors = [
    UsageError,
    RangeError,
    TensorFlowLibraryError,
    TensorFlowError,
    WebGpuAdapterError,
  ];
  if (errors.some((kind) => error instanceof kind)) {
    console.error(`error: ${(error as Error).message}`);
    return exitCodes.usage;
  }
  console.error("error: this should not have happened; please report it with the lines below");
  console.error(error);
  return exitCodes.failed;
}
