/**
 * Errors that mean that memory is full, and could mean anything.
 *
 * @module
 */
import * as tf from "../../src/tf.ts";
import { UsageError } from "./errors.ts";

/** The memory of TensorFlow.js's wasm backend, whose addresses have 32 bits. */
export const wasmBytes: number = 2 ** 32;

/** The share of it from which on it is lack of memory that stops a program. */
const fullShare = 0.5;

/**
 * An error that came while something was computed: where memory is full, the wasm backend's or that
 * of JavaScript's arrays, one that says so; else the error itself.
 *
 * @param heapBytes how much memory the wasm backend has taken
 */
export function explainMemoryError(error: unknown, heapBytes: number = heapOfWasm()): unknown {
  if (isArrayTooLarge(error)) {
    return new UsageError(
      `Cannot go on as there is no memory for an array (${error.message}): lower imageSize, ` +
        "microbatchSize or batchSize by --set, or run fewer programs beside this one",
      { cause: error },
    );
  }
  if (!(error instanceof WebAssembly.RuntimeError) || heapBytes < fullShare * wasmBytes) {
    return error;
  }
  return new UsageError(
    `Cannot go on as the wasm backend's memory is full, ${(heapBytes / 1e9).toFixed(1)} GB of ` +
      `${(wasmBytes / 1e9).toFixed(1)} GB: lower microbatchSize or batchSize by --set, set ` +
      "recompute=blocks, or take --backend tensorflow",
    { cause: error },
  );
}

function heapOfWasm(): number {
  if (tf.getBackend() !== "wasm") return 0;
  const backend = tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } }; // not in its types
  return backend.wasm.HEAPU8.length;
}

/** A length below 0 is a fault of the program, one beyond all memory comes of large settings. */
function isArrayTooLarge(error: unknown): error is RangeError {
  if (!(error instanceof RangeError)) return false;
  const [, length] = /^Invalid typed array length: (.*)/.exec(error.message) ?? [];
  return error.message === "Array buffer allocation failed" || Number(length) >= 2 ** 32;
}
