/**
 * The methods of the wasm backend that kernels and the engine call, so that others can take their
 * place for a while: once to watch what a step does, then to hand out memory that was planned.
 *
 * @module
 */
import type * as tf from "../../tf.ts";
import type { WasmBackend } from "../backend.ts";

/** The methods. */
export type BackendMethods = Pick<
  WasmBackend,
  "makeOutput" | "write" | "disposeData" | "incRef" | "readSync"
>;

/** A backend whose methods can be others for a while. */
export class SwitchedBackend {
  /** TensorFlow.js's own methods. */
  readonly stock: BackendMethods;
  #active: BackendMethods;
  /** Memory that was freed although tensors had it. */
  readonly #gone = new WeakSet<tf.DataId>();

  /** @param backend the backend, whose methods are replaced by ones that ask which to call */
  constructor(readonly backend: WasmBackend) {
    // Bound to the backend: where one calls another, it calls what stands in its place.
    const stock: BackendMethods = this.stock = {
      makeOutput: backend.makeOutput.bind(backend),
      write: backend.write.bind(backend),
      disposeData: backend.disposeData.bind(backend),
      incRef: backend.incRef.bind(backend),
      readSync: this.#readSync(backend.readSync.bind(backend)),
    };
    this.#active = stock;
    Object.assign(
      backend,
      {
        makeOutput: (shape, dtype, offset, values) =>
          this.#active.makeOutput(shape, dtype, offset, values),
        write: (values, shape, dtype) => this.#active.write(values, shape, dtype),
        disposeData: (dataId, force) => this.#active.disposeData(dataId, force),
        incRef: (dataId) => this.#active.incRef(dataId),
        readSync: (dataId, start, end) => this.#active.readSync(dataId, start, end),
      } satisfies BackendMethods,
    );
  }

  /**
   * Frees the memory of tensors that the step has kept: at the next call they would have the values
   * of this one. Reading them then throws.
   *
   * @param dataId the memory
   * @param isAlias whether it is another's to free
   */
  abandon(dataId: tf.DataId, isAlias: boolean): void {
    const { dataIdMap, wasm } = this.backend;
    this.#gone.add(dataId);
    if (!isAlias) return void this.stock.disposeData(dataId, true);
    wasm.tfjs.disposeData(dataIdMap.get(dataId).id);
    dataIdMap.delete(dataId);
  }

  #readSync(readSync: WasmBackend["readSync"]): WasmBackend["readSync"] {
    return (dataId, start, end) => {
      if (!this.#gone.has(dataId)) return readSync(dataId, start, end);
      throw new Error(
        "Cannot use a tensor that a captured step has kept (tf.keep), as it has no values: they " +
          "exist while the recording runs. Return it from the step instead of keeping it",
      );
    };
  }

  /**
   * Runs something with other methods.
   *
   * @param methods those that are others
   * @param body what runs
   * @returns what it returns
   */
  with<T>(methods: Partial<BackendMethods>, body: () => T): T {
    const outer = this.#active;
    this.#active = { ...this.stock, ...methods };
    try {
      return body();
    } finally {
      this.#active = outer;
    }
  }
}

/** A tensor's bytes. */
export function byteLength(shape: readonly number[], dtype: tf.DataType): number {
  return shape.reduce((a, b) => a * b, 1) * (dtype === "bool" ? 1 : 4);
}
