/**
 * The memory of TensorFlow.js's wasm backend, which ends before the machine's does, and which says so
 * by an error that could mean anything.
 *
 * @module
 */
import * as tf from "../../src/tf.ts";
import { UsageError } from "./errors.ts";

/** Its addresses have 32 bits. */
export const wasmBytes: number = 2 ** 32;

/** The share of them from which on it is lack of memory that stops a program. */
const fullShare = 0.5;

/**
 * An error that came while the wasm backend computed: where its memory is full, one that says so.
 *
 * @param heapBytes how much memory the backend has taken
 */
export function explainWasmError(error: unknown, heapBytes: number = heapOfWasm()): unknown {
  if (!(error instanceof WebAssembly.RuntimeError) || heapBytes < fullShare * wasmBytes) {
    return error;
  }
  return new UsageError(
    `Cannot go on as the wasm backend's memory is full, ${(heapBytes / 1e9).toFixed(1)} GB of ` +
      `${(wasmBytes / 1e9).toFixed(1)} GB: lower microbatchSize or batchSize by --set, or take ` +
      "--backend tensorflow",
    { cause: error },
  );
}

function heapOfWasm(): number {
  if (tf.getBackend() !== "wasm") return 0;
  const backend = tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } }; // not in its types
  return backend.wasm.HEAPU8.length;
}
