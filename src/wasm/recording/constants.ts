import * as tf from "../../tf.ts";
import { byteLength, type SwitchedBackend } from "./backend_methods.ts";
import type { Value } from "./values.ts";

/** Up to this many bytes, what is computed of constants alone is computed once and kept. */
export const KEPT_BYTES = 64 * 1024;

/** The values that a recording keeps: tensors from outside, and those that never change. */
export class Constants {
  readonly #switched: SwitchedBackend;
  /** Tensors from outside, which share their owner's memory. */
  readonly #held: tf.Tensor[] = [];
  /**
   * Copies, in JavaScript while the step is watched: what lay between its tensors then would leave
   * gaps, and the recording's block needs one piece of the memory that they give back.
   */
  readonly #copies = new Map<tf.DataId, tf.backend_util.BackendValues>();
  /** Memory of the recording's own. */
  readonly #own: tf.DataId[] = [];

  /** @param switched the backend */
  constructor(switched: SwitchedBackend) {
    this.#switched = switched;
  }

  /** Whether values are few enough to be kept. */
  affords(tensors: readonly { shape: number[]; dtype: tf.DataType }[]): boolean {
    return tensors.every(({ shape, dtype }) => byteLength(shape, dtype) <= KEPT_BYTES);
  }

  /** Keeps a tensor that has an owner, without a copy: its values stay when the owner disposes it. */
  hold({ dataId, shape, dtype }: tf.TensorInfo): Value {
    const { backend, stock } = this.#switched;
    const bytes = byteLength(backend.dataIdMap.get(dataId).shape, dtype); // brings it to this backend
    stock.incRef(dataId);
    this.#held.push(tf.keep(tf.engine().makeTensorFromDataId(dataId, shape, dtype, backend)));
    return { source: { kind: "constant", dataId }, shape, dtype, bytes, isConstant: true };
  }

  /** Keeps a copy of values that the step disposes. */
  copy({ dataId: from, shape, dtype }: tf.TensorInfo): Value {
    const dataId = {}, bytes = byteLength(shape, dtype);
    this.#copies.set(dataId, this.#switched.stock.readSync(from));
    return { source: { kind: "constant", dataId }, shape, dtype, bytes, isConstant: true };
  }

  /** Brings the copies that are used into the backend's memory. */
  settle(used: Iterable<Value>): void {
    for (const { source, shape, dtype } of used) {
      const values = source.kind === "constant" && this.#copies.get(source.dataId);
      if (!values) continue;
      this.#switched.backend.move(source.dataId, values, shape, dtype, 1);
      this.#copies.delete(source.dataId);
      this.#own.push(source.dataId);
    }
    this.#copies.clear();
  }

  /** Frees them. */
  dispose(): void {
    tf.dispose(this.#held.splice(0));
    for (const dataId of this.#own.splice(0)) this.#switched.stock.disposeData(dataId);
  }
}
