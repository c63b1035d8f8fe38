import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import type { WasmBackend } from "../../src/wasm/backend.ts";

/** Bytes of a page of WebAssembly's memory. */
export const PAGE = 65536;

/** Larger than half of what an address can be. Memory that nobody touches takes none. */
const memory = new WebAssembly.Memory({ initial: 2 ** 31 / PAGE + 512 });

/** Bytes between tensors: more than any vector is long. */
const GUARD = 256;

/** As much of a backend as kernels use, whose tensors lie one behind the other from an address on. */
export class GuardedMemory {
  readonly #tensors = new Map<object, { memoryOffset: number; bytes: number }>();
  readonly #start: number;
  readonly #pattern: number;
  #place: number;
  /** What kernels know of it. */
  readonly backend = {
    wasm: { asm: { memory } },
    dataIdMap: this.#tensors,
    makeOutput: (shape: readonly number[], dtype: tf.DataType) => this.make(shape, dtype),
    disposeData() {},
  } as unknown as WasmBackend;

  constructor(start: number, pattern: number) {
    this.#start = this.#place = start;
    this.#pattern = pattern;
  }

  bytes(from: number, count: number): Uint8Array {
    return new Uint8Array(memory.buffer, from, count);
  }

  /** Forgets all tensors. */
  clear(): void {
    this.#tensors.clear();
    this.#place = this.#start;
  }

  make(shape: readonly number[], dtype: tf.DataType = "float32"): tf.TensorInfo {
    const bytes = tf.util.sizeFromShape([...shape]) * tf.util.bytesPerElement(dtype), dataId = {};
    this.bytes(this.#place, bytes + 2 * GUARD).fill(this.#pattern);
    this.#tensors.set(dataId, { memoryOffset: this.#place + GUARD, bytes });
    this.#place += bytes + GUARD;
    return { dataId, shape: [...shape], dtype };
  }

  of({ dataId }: tf.TensorInfo): Uint8Array {
    const { memoryOffset, bytes } = this.#tensors.get(dataId)!;
    return this.bytes(memoryOffset, bytes);
  }

  /** Fails where something was written outside of every tensor. */
  assertGuards(what: string): void {
    let from = this.#start;
    for (const { memoryOffset, bytes } of this.#tensors.values()) {
      const guards = [this.bytes(from, GUARD), this.bytes(memoryOffset + bytes, GUARD)];
      const isWhole = guards.every((guard) => guard.every((byte) => byte === this.#pattern));
      assert.ok(isWhole, `${what} writes beside a tensor of ${bytes} bytes`);
      from = memoryOffset + bytes;
    }
  }
}
