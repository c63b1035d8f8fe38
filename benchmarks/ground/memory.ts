import { UsageError } from "./errors.ts";
import { explainWasmError } from "./wasm_memory.ts";

/**
 * An error that came while something was computed: where memory is full, the wasm backend's or that
 * of JavaScript's arrays, one that says so.
 */
export function toldOfMemory(error: unknown): unknown {
  if (!isArrayTooLarge(error)) return explainWasmError(error);
  return new UsageError(
    `Cannot go on as there is no memory for an array (${error.message}): lower imageSize, ` +
      "microbatchSize or batchSize by --set, or run fewer programs beside this one",
    { cause: error },
  );
}

/** A length below 0 is a fault of the program, one beyond all memory comes of large settings. */
function isArrayTooLarge(error: unknown): error is RangeError {
  if (!(error instanceof RangeError)) return false;
  const [, length] = /^Invalid typed array length: (.*)/.exec(error.message) ?? [];
  return error.message === "Array buffer allocation failed" || Number(length) >= 2 ** 32;
}
