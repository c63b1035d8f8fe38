import type * as tf from "../../tf.ts";
import type { WasmBackend } from "../backend.ts";
import { type Functions, functionsOf } from "../instantiate.ts";

/**
 * What one call of a kernel works with: it makes its outputs here, and what it needs on the way.
 * All of it is the backend's own memory, as it is of TensorFlow.js's kernels.
 */
export class Workspace {
  readonly #backend: WasmBackend;
  readonly #scratch: tf.DataId[] = [];

  /** @param backend the backend that the call is on */
  constructor(backend: WasmBackend) {
    this.#backend = backend;
  }

  /**
   * A tensor without values yet.
   *
   * @param shape its shape
   * @param dtype its type
   * @returns the tensor, an output of the kernel
   */
  output(shape: readonly number[], dtype: tf.DataType = "float32"): tf.TensorInfo {
    return this.#backend.makeOutput(shape, dtype);
  }

  /**
   * Memory for the time of the call.
   *
   * @param bytes how much
   * @returns its address
   */
  scratch(bytes: number): number {
    const info = this.output([Math.ceil(bytes / 4)]);
    this.#scratch.push(info.dataId);
    return this.addressOf(info);
  }

  /**
   * Where a tensor's values are.
   *
   * @param tensor an input or an output of the kernel
   * @returns the address in bytes
   */
  addressOf(tensor: tf.TensorInfo): number {
    return this.#backend.dataIdMap.get(tensor.dataId).memoryOffset;
  }

  /**
   * The functions of a binary, on the backend's memory.
   *
   * @param binary base64 of the binary
   * @returns its functions
   */
  functionsOf<Names extends string>(binary: string): Functions<Names> {
    return functionsOf<Names>(binary, this.#backend);
  }

  /** Gives back what was for the time of the call. */
  end(): void {
    for (const dataId of this.#scratch) this.#backend.disposeData(dataId);
  }
}
