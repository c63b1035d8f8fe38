/**
 * TensorFlow's statuses as JavaScript errors.
 *
 * @module
 */
import type { TensorFlowLibrary } from "./symbols.ts";

const RESOURCE_EXHAUSTED = 8;

/** An operation of TensorFlow failed. */
export class TensorFlowError extends Error {
  override name = "TensorFlowError";

  /**
   * @param operation the operation, as TensorFlow names it
   * @param code TensorFlow's status code
   * @param reason TensorFlow's message
   */
  constructor(readonly operation: string, readonly code: number, readonly reason: string) {
    super(`${operation}: ${reason}`);
  }
}

/** There was not enough memory for a tensor. */
export class OutOfMemoryError extends TensorFlowError {
  override name = "OutOfMemoryError";

  /**
   * @param operation the operation, as TensorFlow names it
   * @param reason TensorFlow's message
   * @param batchSize the batch that was too large, where it is known
   */
  constructor(operation: string, reason: string, batchSize?: number) {
    super(operation, RESOURCE_EXHAUSTED, `${reason}\n${memoryAdvice(batchSize)}`);
  }
}

function memoryAdvice(batchSize: number | undefined): string {
  if (batchSize === undefined) return "Try half the batch size, or microbatches";
  if (batchSize === 1) return "One example does not fit: try a smaller image or model";
  return `Batch size ${batchSize} does not fit: try ${Math.floor(batchSize / 2)}, or microbatches`;
}

/** A backend, or what was made on it, is used after its end. */
export function disposedBackendError(): Error {
  return new Error(
    "Cannot use the tensorflow backend: it has been disposed, and with it every tensor and captured " +
      "step on it; registerTensorFlowBackend() makes another",
  );
}

/**
 * One `TF_Status`, reused from call to call; what runs on a thread of its own needs one of its own.
 * Nearly every function of the library takes it: that it gives no pointer once it is disposed keeps
 * freed memory from being used.
 */
export class Status {
  readonly #library: TensorFlowLibrary;
  #pointer: Deno.PointerValue;

  constructor(library: TensorFlowLibrary) {
    this.#library = library;
    this.#pointer = library.TF_NewStatus();
  }

  /**
   * The `TF_Status`.
   *
   * @throws {Error} after its disposal
   */
  get pointer(): Deno.PointerValue {
    if (this.#pointer === null) throw disposedBackendError();
    return this.#pointer;
  }

  /**
   * Does nothing after success.
   *
   * @param operation what was being done, for the error
   * @throws {TensorFlowError} after a failure, with TensorFlow's own message
   */
  check(operation: string): void {
    const code = this.#library.TF_GetCode(this.pointer);
    if (code === 0) return;
    const message = readString(this.#library.TF_Message(this.pointer));
    if (code === RESOURCE_EXHAUSTED) throw new OutOfMemoryError(operation, message);
    throw new TensorFlowError(operation, code, message);
  }

  /** Frees it, once. */
  dispose(): void {
    if (this.#pointer !== null) this.#library.TF_DeleteStatus(this.#pointer);
    this.#pointer = null;
  }
}

/** The text that a `const char*` points at. */
export function readString(pointer: Deno.PointerValue): string {
  return pointer === null ? "" : Deno.UnsafePointerView.getCString(pointer);
}
