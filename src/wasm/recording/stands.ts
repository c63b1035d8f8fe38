/**
 * Tensors that stand in for others while a step is watched: each has a `DataId` of its own over the
 * same memory, so that two variables of one memory are two.
 *
 * @module
 */
import * as tf from "../../tf.ts";
import { disposedVariableError } from "../../training/recording/capture_error.ts";
import type { SwitchedBackend } from "./backend_methods.ts";
import type { Tape } from "./tape.ts";
import type { Source } from "./values.ts";

/** A variable while its step is watched. */
interface Stand {
  readonly variable: tf.Variable;
  /** Its value, to which it returns: for one that the step created, the initial value. */
  readonly value: tf.Tensor;
  readonly standIn: tf.DataId;
}

/** What stands in for variables and inputs. */
export class Stands {
  readonly #switched: SwitchedBackend;
  readonly #tape: Tape;
  readonly #stands: Stand[] = [];
  readonly #created: Stand[] = [];
  readonly #aliases = new Set<tf.DataId>();

  constructor(switched: SwitchedBackend, tape: Tape) {
    this.#switched = switched;
    this.#tape = tape;
  }

  /** A tensor over the memory of another. */
  standIn({ dataId, shape, dtype }: tf.Tensor, source: Source): tf.Tensor {
    const { backend } = this.#switched;
    const { memoryOffset } = backend.dataIdMap.get(dataId);
    const id = backend.dataIdNextNumber++, alias = {};
    backend.dataIdMap.set(alias, { id, memoryOffset, shape, dtype, refCount: 1 });
    backend.wasm.tfjs.registerTensor(id, tf.util.sizeFromShape(shape), memoryOffset);
    this.#aliases.add(alias);
    this.#tape.declare(alias, source);
    return tf.engine().makeTensorFromDataId(alias, shape, dtype, backend);
  }

  /** Lets a tensor stand in for a variable's value. */
  replace(variable: tf.Variable, isNew: boolean): void {
    const value = tf.keep(this.#valueOf(variable));
    const standIn = this.standIn(value, { kind: "variable", variable });
    variable.assign(standIn);
    standIn.dispose();
    (isNew ? this.#created : this.#stands).push({ variable, value, standIn: variable.dataId });
  }

  /** A variable's value: of one made from a stand-in, a copy, as that stands for another's memory. */
  #valueOf({ dataId, shape, dtype }: tf.Variable): tf.Tensor {
    const { backend, stock } = this.#switched;
    backend.dataIdMap.get(dataId); // brings it to this backend
    const isAlias = this.isAlias(dataId);
    if (!isAlias) stock.incRef(dataId);
    const own = isAlias ? stock.write(stock.readSync(dataId), shape, dtype) : dataId;
    return tf.engine().makeTensorFromDataId(own, shape, dtype, backend);
  }

  /** The variables that the step assigned. */
  written(): tf.Variable[] {
    const all = [...this.#stands, ...this.#created];
    const disposed = all.find(({ variable }) => variable.isDisposed)?.variable;
    if (disposed !== undefined) throw disposedVariableError(disposed);
    return all
      .filter(({ variable, standIn }) => variable.dataId !== standIn)
      .map(({ variable }) => variable);
  }

  /** Gives every variable the value from before, or its initial value. */
  restore(): void {
    for (const { variable, value } of [...this.#stands, ...this.#created]) {
      if (!variable.isDisposed) variable.assign(value);
      value.dispose();
    }
  }

  /** The memory that stood in for other and that tensors still have: the step has kept them. */
  left(): tf.DataId[] {
    return [...this.#aliases].filter((alias) => this.#switched.backend.dataIdMap.has(alias));
  }

  /** Whether memory belongs to another tensor. */
  isAlias(dataId: tf.DataId): boolean {
    return this.#aliases.has(dataId);
  }

  /** Gives up a reference to another tensor's memory; whether it was the last. */
  release(dataId: tf.DataId): boolean {
    const { backend } = this.#switched;
    if (!backend.dataIdMap.has(dataId)) return true;
    const data = backend.dataIdMap.get(dataId);
    if (--data.refCount > 0) return false;
    backend.wasm.tfjs.disposeData(data.id);
    backend.dataIdMap.delete(dataId);
    return true;
  }
}
