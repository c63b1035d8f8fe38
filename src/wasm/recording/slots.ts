/**
 * What kernels see of a recording's memory: a tensor's data, which can be pointed elsewhere.
 *
 * @module
 */
import * as tf from "../../tf.ts";
import type { WasmBackend, WasmTensorData } from "../backend.ts";
import type { Value } from "./values.ts";

/** The memory of one value. */
export class Slot {
  /** By what kernels know it. */
  readonly dataId: tf.DataId = {};
  readonly bytes: number;
  readonly #backend: WasmBackend;
  readonly #data: WasmTensorData;
  readonly #size: number;
  #version = -1;

  constructor(backend: WasmBackend, { shape, dtype, bytes }: Value) {
    this.#backend = backend;
    this.bytes = bytes;
    this.#size = tf.util.sizeFromShape(shape);
    const id = backend.dataIdNextNumber++;
    this.#data = { id, memoryOffset: 0, shape, dtype, refCount: 1 };
    backend.dataIdMap.set(this.dataId, this.#data);
    backend.wasm.tfjs.registerTensor(id, this.#size, 0);
  }

  /** Where it lies. */
  get offset(): number {
    return this.#data.memoryOffset;
  }

  /** Points it to an address. */
  point(offset: number): void {
    if (offset === this.#data.memoryOffset) return;
    this.#data.memoryOffset = offset;
    this.renew();
  }

  /**
   * Points it to the memory of a tensor, whose values may be others than at the last call.
   *
   * @returns whether they may be
   */
  follow({ id, memoryOffset }: WasmTensorData): boolean {
    if (id === this.#version && memoryOffset === this.#data.memoryOffset) return false;
    this.#version = id;
    this.#data.memoryOffset = memoryOffset;
    this.renew();
    return true;
  }

  /** Lets the backend forget what it has packed of the values before, which it keeps by the id. */
  renew(): void {
    const { tfjs } = this.#backend.wasm, { id, memoryOffset } = this.#data;
    tfjs.disposeData(id);
    tfjs.registerTensor(id, this.#size, memoryOffset);
  }

  /** Forgets it; the memory is another's to free. */
  dispose(): void {
    this.#backend.wasm.tfjs.disposeData(this.#data.id);
    this.#backend.dataIdMap.delete(this.dataId);
  }
}
