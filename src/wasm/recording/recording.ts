/**
 * One recording of a step on wasm, for inputs of one signature.
 *
 * @module
 */
import * as tf from "../../tf.ts";
import type { StepRecording } from "../../training/recording/captured_step.ts";
import { mapTensors } from "../../training/recording/container.ts";
import { optimizerSettings, type StockOptimizer } from "../../training/recording/interceptions.ts";
import type { WasmTensorData } from "../backend.ts";
import { ArenaMemory } from "./arena_memory.ts";
import type { SwitchedBackend } from "./backend_methods.ts";
import type { Constants } from "./constants.ts";
import { lastingVariables, type Plan, valuesOf } from "./plan.ts";
import { Program } from "./program.ts";
import type { Slot } from "./slots.ts";
import type { Outcome, Source, Value } from "./values.ts";

/** A recorded step. */
export interface RecordedStep extends Outcome {
  readonly plan: Plan;
  /** The form of what the step returns. */
  readonly result: unknown;
  /** Optimizers whose numbers are constants of the recording. */
  readonly optimizers: Iterable<StockOptimizer>;
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
  readonly #switched: SwitchedBackend;
  readonly #arena: ArenaMemory;
  readonly #step: RecordedStep;
  readonly #program: Program;
  readonly #sources: { source: Exclude<Source, { kind: "call" | "constant" }>; slot: Slot }[] = [];
  readonly #placed: { slot: Slot; offset: number }[] = [];
  /** What lasts from call to call: nobody else's block. */
  readonly #kept: ArenaMemory;
  readonly #lastingVariables: ReadonlySet<tf.Variable>;
  #isLastingDue = true;
  readonly #stateSlots: (Slot | undefined)[] = [];
  readonly #resultSlots: (Slot | undefined)[] = [];
  readonly #variables: { variable: tf.Variable; trainable: boolean }[];
  readonly #settings: { optimizer: StockOptimizer; settings: string }[];
  #base = -1;

  constructor(switched: SwitchedBackend, arena: ArenaMemory, step: RecordedStep) {
    this.#switched = switched;
    this.#arena = arena;
    this.#step = step;
    this.#kept = new ArenaMemory(switched.backend);
    this.#lastingVariables = lastingVariables(step.plan);
    this.#join();
    step.constants.settle(valuesOf(step.plan));
    this.#program = new Program(switched, step.plan);
    for (const { value, slot } of this.#program.slots) this.#place(value, slot);
    const read = this.#sources.flatMap(({ source }) =>
      source.kind === "variable" ? [source.variable] : []
    );
    this.#variables = [...new Set([...read, ...step.written.map(({ variable }) => variable)])]
      .map((variable) => ({ variable, trainable: variable.trainable }));
    this.#settings = Array.from(step.optimizers, (optimizer) => ({
      optimizer,
      settings: optimizerSettings(optimizer),
    }));
  }

  isStale(): boolean {
    return this.#variables.some(({ variable, trainable }) =>
      variable.isDisposed || variable.trainable !== trainable
    ) || this.#settings.some(({ optimizer, settings }) =>
      optimizerSettings(optimizer) !== settings
    );
  }

  disposedVariable(): tf.Variable | undefined {
    return this.#variables.find(({ variable }) => variable.isDisposed)?.variable;
  }

  run(inputs: readonly tf.Tensor[]): unknown {
    const { backend, stock } = this.#switched;
    this.#bind(inputs);
    const homes = this.#homes(inputs);
    const results = this.#step.results.map(({ shape, dtype }) => stock.makeOutput(shape, dtype));
    try {
      this.#pointTo(homes, results);
      if (this.#isLastingDue) this.#program.runLasting();
      this.#isLastingDue = false;
      this.#program.run();
    } catch (error) {
      for (const { dataId } of [...results, ...homes.flatMap(({ fresh }) => fresh ?? [])]) {
        stock.disposeData(dataId);
      }
      throw error;
    }
    this.#copy(homes, results);
    homes.forEach((home) => this.#commit(home));
    let next = 0;
    return mapTensors(
      this.#step.result,
      () => tf.engine().makeTensorFromTensorInfo(results[next++]!, backend),
    );
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
    if (source.kind !== "call" && source.kind !== "constant") this.#sources.push({ source, slot });
    else if (place?.kind === "kept") slot.point(this.#kept.base + place.offset);
    else if (place?.kind === "arena") this.#placed.push({ slot, offset: place.offset });
    else if (place?.kind === "state") this.#stateSlots[place.index] = slot;
    else if (place?.kind === "result") this.#resultSlots[place.index] = slot;
  }

  /** Points to the memory of what comes from outside. */
  #bind(inputs: readonly tf.Tensor[]): void {
    const { dataIdMap } = this.#switched.backend;
    for (const { source, slot } of this.#sources) {
      const isOther = slot.follow(dataIdMap.get(tensorOf(source, inputs).dataId));
      const isRead = source.kind === "variable" && this.#lastingVariables.has(source.variable);
      if (isOther && isRead) this.#isLastingDue = true;
    }
    if (this.#base === this.#arena.base) return;
    this.#base = this.#arena.base;
    for (const { slot, offset } of this.#placed) slot.point(this.#base + offset);
  }

  #homes(inputs: readonly tf.Tensor[]): Home[] {
    const { backend, stock } = this.#switched;
    const given = new Set(inputs.map(({ dataId }) => dataId));
    const { written, plan: { keepOld } } = this.#step;
    return written.map(({ variable }) => {
      const { dataId, shape, dtype } = variable;
      const data = backend.dataIdMap.get(dataId);
      const isOwn = data.refCount === 1 && !keepOld.has(variable) && !given.has(dataId);
      if (isOwn) return { variable, data, fresh: undefined };
      const fresh = stock.makeOutput(shape, dtype);
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

/** The tensor that a source stands for at this call. */
function tensorOf(
  source: Exclude<Source, { kind: "call" | "constant" }>,
  inputs: readonly tf.Tensor[],
): tf.Tensor {
  if (source.kind === "variable") return source.variable;
  if (source.kind === "input") return inputs[source.index]!;
  const { c } = source.optimizer;
  if (c === undefined || !c.isDisposed) return c!;
  throw new Error(
    `Cannot call a captured step as its ${source.optimizer.getClassName()} optimizer has been ` +
      "disposed: capture a step that uses another one",
  );
}
