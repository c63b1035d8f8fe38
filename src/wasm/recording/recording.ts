/**
 * One recording of a step on wasm, for inputs of one signature.
 *
 * @module
 */
import * as tf from "../../tf.ts";
import { Assumptions } from "../../training/recording/assumptions.ts";
import type { StepRecording } from "../../training/recording/captured_step.ts";
import { mapTensors } from "../../training/recording/container.ts";
import type { KnownOptimizer } from "../../training/recording/interceptions.ts";
import type { WasmTensorData } from "../backend.ts";
import { ArenaMemory, checkMemory } from "./arena_memory.ts";
import { byteLength, type SwitchedBackend } from "./backend_methods.ts";
import type { Constants } from "./constants.ts";
import { lastingVariables, type Plan, valuesOf } from "./plan.ts";
import { Program } from "./program.ts";
import type { Slot } from "./slots.ts";
import { dataIdOf, type Outcome, type Outside, type Value } from "./values.ts";

/** A recorded step. */
export interface RecordedStep extends Outcome {
  readonly plan: Plan;
  /** The form of what the step returns. */
  readonly result: unknown;
  /** Optimizers whose numbers are constants of the recording. */
  readonly optimizers: Iterable<KnownOptimizer>;
  readonly constants: Constants;
}

/** Where a written variable's new value goes. */
interface Home {
  readonly variable: tf.Variable;
  readonly data: WasmTensorData;
  /** New memory for it, where its own is shared with a tensor that keeps the old value. */
  readonly fresh: tf.TensorInfo | undefined;
}

/** Runs a recorded step. */
export class Recording implements StepRecording {
  readonly assumptions: Assumptions;
  readonly #switched: SwitchedBackend;
  readonly #arena: ArenaMemory;
  readonly #step: RecordedStep;
  readonly #program: Program;
  readonly #sources: { source: Outside; slot: Slot }[] = [];
  readonly #placed: { slot: Slot; offset: number }[] = [];
  /** What lasts from call to call: nobody else's block. */
  readonly #kept: ArenaMemory;
  readonly #lastingVariables: ReadonlySet<tf.Variable>;
  #isLastingDue = true;
  readonly #stateSlots: (Slot | undefined)[] = [];
  readonly #resultSlots: (Slot | undefined)[] = [];
  #base = -1;

  constructor(switched: SwitchedBackend, arena: ArenaMemory, step: RecordedStep) {
    this.#switched = switched;
    this.#arena = arena;
    this.#step = step;
    this.#kept = new ArenaMemory(switched.backend);
    this.#lastingVariables = lastingVariables(step.plan);
    this.#join();
    step.constants.settle(valuesOf(step.plan));
    const written = step.written.map(({ variable }) => variable);
    this.#program = new Program(switched, step.plan, new Set(written));
    for (const { value, slot } of this.#program.slots) this.#place(value, slot);
    const read = this.#sources.flatMap(({ source }) =>
      source.kind === "variable" ? [source.variable] : []
    );
    this.assumptions = new Assumptions(new Set([...read, ...written]), step.optimizers);
  }

  run(inputs: readonly tf.Tensor[]): unknown {
    const { homes, results } = this.#compute(inputs);
    this.#copy(homes, results);
    homes.forEach((home) => this.#commit(home));
    let next = 0;
    return mapTensors(
      this.#step.result,
      () => tf.engine().makeTensorFromTensorInfo(results[next++]!, this.#switched.backend),
    );
  }

  /** Runs the calls; where they throw, nothing is left. */
  #compute(inputs: readonly tf.Tensor[]): { homes: Home[]; results: tf.TensorInfo[] } {
    const { backend, stock } = this.#switched, made: tf.TensorInfo[] = [];
    const make = ({ shape, dtype }: Pick<tf.TensorInfo, "shape" | "dtype">) => {
      checkMemory(backend, byteLength(shape, dtype));
      const tensor = stock.makeOutput(shape, dtype);
      made.push(tensor);
      return tensor;
    };
    try {
      this.#bind(inputs);
      const homes = this.#homes(inputs, make), results = this.#step.results.map(make);
      this.#pointTo(homes, results);
      if (this.#isLastingDue) this.#program.runLasting();
      this.#isLastingDue = false;
      this.#program.run();
      return { homes, results };
    } catch (error) {
      for (const { dataId } of made) stock.disposeData(dataId);
      throw error;
    }
  }

  dispose(): void {
    this.#program.dispose();
    this.#step.constants.dispose();
    this.#arena.leave(this);
    this.#kept.leave(this);
  }

  #join(): void {
    const { arenaBytes, keptBytes } = this.#step.plan;
    this.#arena.join(this, arenaBytes);
    try {
      this.#kept.join(this, keptBytes);
    } catch (error) {
      this.#arena.leave(this);
      throw error;
    }
  }

  #place(value: Value, slot: Slot): void {
    const { source } = value, place = this.#step.plan.places.get(value);
    if (source.kind !== "call") this.#sources.push({ source, slot });
    else if (place?.kind === "kept") slot.point(this.#kept.base + place.offset);
    else if (place?.kind === "arena") this.#placed.push({ slot, offset: place.offset });
    else if (place?.kind === "state") this.#stateSlots[place.index] = slot;
    else if (place?.kind === "result") this.#resultSlots[place.index] = slot;
  }

  /** Points to the memory of what comes from outside: it may have been on another backend. */
  #bind(inputs: readonly tf.Tensor[]): void {
    const { dataIdMap } = this.#switched.backend;
    for (const { source, slot } of this.#sources) {
      const isOther = slot.follow(dataIdMap.get(dataIdOf(source, inputs)));
      const isRead = source.kind === "variable" && this.#lastingVariables.has(source.variable);
      if (isOther && isRead) this.#isLastingDue = true;
    }
    if (this.#base === this.#arena.base) return;
    this.#base = this.#arena.base;
    for (const { slot, offset } of this.#placed) slot.point(this.#base + offset);
  }

  #homes(inputs: readonly tf.Tensor[], make: (like: tf.Variable) => tf.TensorInfo): Home[] {
    const { backend } = this.#switched;
    const given = new Set(inputs.map(({ dataId }) => dataId));
    const { written, plan: { keepOld } } = this.#step;
    return written.map(({ variable }) => {
      const { dataId } = variable;
      const data = backend.dataIdMap.get(dataId);
      const isOwn = data.refCount === 1 && !keepOld.has(variable) && !given.has(dataId);
      if (isOwn) return { variable, data, fresh: undefined };
      const fresh = make(variable);
      return { variable, data: backend.dataIdMap.get(fresh.dataId), fresh };
    });
  }

  #pointTo(homes: readonly Home[], results: readonly tf.TensorInfo[]): void {
    const { dataIdMap } = this.#switched.backend;
    homes.forEach(({ data }, i) => this.#stateSlots[i]?.point(data.memoryOffset));
    results.forEach(({ dataId }, i) =>
      this.#resultSlots[i]?.point(dataIdMap.get(dataId).memoryOffset)
    );
  }

  #copy(homes: readonly Home[], results: readonly tf.TensorInfo[]): void {
    const { backend } = this.#switched, heap = backend.wasm.HEAPU8;
    for (const { value, to: { kind, index } } of this.#step.plan.copies) {
      const from = this.#program.offsetOf(value);
      const data = kind === "state"
        ? homes[index]!.data
        : backend.dataIdMap.get(results[index]!.dataId);
      heap.copyWithin(data.memoryOffset, from, from + value.bytes);
    }
  }

  /** Lets a variable have its new value, and the backend forget what it has packed of the old one. */
  #commit({ variable, data, fresh }: Home): void {
    const { backend } = this.#switched;
    if (fresh !== undefined) {
      const tensor = tf.engine().makeTensorFromTensorInfo(fresh, backend);
      variable.assign(tensor);
      tensor.dispose();
      return;
    }
    const { tfjs } = backend.wasm;
    tfjs.disposeData(data.id);
    data.id = backend.dataIdNextNumber++;
    tfjs.registerTensor(data.id, variable.size, data.memoryOffset);
  }
}
