/**
 * One recording of a step, for inputs of one signature: a TensorFlow function, and what it reads
 * and writes.
 *
 * @module
 */
import type * as tf from "../../tf.ts";
import { cString } from "./attributes.ts";
import { Assumptions } from "../../training/recording/assumptions.ts";
import type { StepRecording } from "../../training/recording/captured_step.ts";
import { mapTensors } from "../../training/recording/container.ts";
import type { KnownOptimizer } from "../../training/recording/interceptions.ts";
import { encodeOptimization } from "./config.ts";
import type { RecordableBackend } from "./recordable_backend.ts";
import type { RecordedFunction } from "./recorder.ts";
import { disposedBackendError, OutOfMemoryError } from "./status.ts";

/** What an input of the function stands for. */
export type Source =
  | { readonly kind: "variable"; readonly variable: tf.Variable; readonly isNew: boolean }
  | { readonly kind: "input"; readonly index: number }
  | { readonly kind: "learningRate"; readonly optimizer: KnownOptimizer }
  | { readonly kind: "held"; readonly handle: Deno.PointerValue };

/** A recorded step. */
export interface RecordedStep {
  readonly function: RecordedFunction<Source>;
  /** The variables that the function's first outputs are assigned to. */
  readonly written: readonly tf.Variable[];
  /** The form of what the step returns; the function's other outputs take its tensors' places. */
  readonly result: unknown;
  /** Optimizers whose numbers are constants of the function. */
  readonly optimizers: Iterable<KnownOptimizer>;
  /** Handles of tensors from outside, which the recording owns. */
  readonly held: readonly Deno.PointerValue[];
}

/** Runs a recorded step. */
export class Recording implements StepRecording {
  readonly assumptions: Assumptions;
  readonly #backend: RecordableBackend;
  readonly #step: RecordedStep;
  readonly #operation: Deno.PointerValue;
  #running = false;
  #disposed = false;

  constructor(backend: RecordableBackend, step: RecordedStep) {
    this.#backend = backend;
    this.#step = step;
    const { library, context, status } = backend.eager;
    this.#operation = library.TFE_NewOp(context, cString(step.function.name), status.pointer);
    status.check("TFE_NewOp");
    const read = step.function.sources.flatMap((source) =>
      source.kind === "variable" ? [source.variable] : []
    );
    this.assumptions = new Assumptions(read, step.optimizers);
    backend.eager.own(this);
  }

  /** Runs the function, assigns what it writes, and returns what the step returns. */
  run(inputs: readonly tf.Tensor[]): unknown {
    const { name, outputs } = this.#step.function, { eager } = this.#backend;
    this.#checkUsable();
    let handles: Deno.PointerValue[];
    try {
      this.#prepare(inputs);
      handles = eager.executePrepared(this.#operation, name, outputs.length);
    } catch (error) {
      throw withBatchSize(error, inputs);
    } finally {
      resetOperation(this.#backend, this.#operation, name);
    }
    return this.#finish(handles);
  }

  /** The same, while the event loop lives. The operation holds on to its inputs until it ends. */
  async runAsync(inputs: readonly tf.Tensor[]): Promise<unknown> {
    const { name, outputs } = this.#step.function, { eager } = this.#backend;
    this.#checkUsable();
    let handles: Deno.PointerValue[];
    try {
      this.#running = true;
      this.#prepare(inputs);
      handles = await eager.executeApart(this.#operation, name, outputs.length);
    } catch (error) {
      throw withBatchSize(error, inputs);
    } finally {
      this.#running = false;
      resetOperation(this.#backend, this.#operation, name);
      if (this.#disposed) this.#free();
    }
    return this.#finish(handles);
  }

  /**
   * Frees the function, and what it held: at once, or when it has ended. A backend that is disposed
   * has done so.
   */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    if (!this.#running) this.#free();
  }

  #free(): void {
    const { eager } = this.#backend, { library } = eager;
    eager.disown(this);
    library.TFE_DeleteOp(this.#operation);
    removeFunction(this.#backend, this.#step.function.name);
    this.#step.held.forEach((handle) => library.TFE_DeleteTensorHandle(handle));
  }

  /** Of what has been freed, or is in use on another thread, C must not see the operation. */
  #checkUsable(): void {
    if (this.#backend.eager.disposed) throw disposedBackendError();
    if (this.#disposed) throw new Error("Cannot run a recording: it has been disposed");
    if (this.#running) throw new Error("Cannot call a captured step as it is running already");
  }

  #prepare(inputs: readonly tf.Tensor[]): void {
    const { name, sources } = this.#step.function;
    const handles = sources.map((source) => this.#handle(source, inputs));
    prepareCall(this.#backend, this.#operation, name, handles);
  }

  /** Assigns what was written, and returns what the step returns. */
  #finish(handles: readonly Deno.PointerValue[]): unknown {
    const { written, result, function: { outputs } } = this.#step;
    const tensors = toTensors(this.#backend, handles, outputs);
    written.forEach((variable, i) => {
      const value = tensors[i] as tf.Tensor;
      variable.assign(value);
      value.dispose();
    });
    let next = written.length;
    return mapTensors(result, () => tensors[next++] as tf.Tensor);
  }

  #handle(source: Source, inputs: readonly tf.Tensor[]): Deno.PointerValue {
    if (source.kind === "held") return source.handle;
    const tensor = tensorOf(source, inputs);
    if (source.kind === "learningRate" && tensor.isDisposed) {
      throw new Error(
        `Cannot call a captured step as its ${source.optimizer.getClassName()} optimizer has been ` +
          "disposed: capture a step that uses another one",
      );
    }
    return this.#backend.handleOf(tensor);
  }
}

function withBatchSize(error: unknown, inputs: readonly tf.Tensor[]): unknown {
  const batchSize = inputs.find(({ rank }) => rank > 1)?.shape[0];
  if (!(error instanceof OutOfMemoryError) || batchSize === undefined) return error;
  return new OutOfMemoryError(error.operation, error.reason, batchSize);
}

/** Lets TensorFlow optimize the function; a reset operation has forgotten it. */
const optimization = encodeOptimization();

/** Runs a prepared operation that is a function, and makes tensors of its outputs. */
export function runFunction(
  backend: RecordableBackend,
  operation: Deno.PointerValue,
  name: string,
  inputs: readonly Deno.PointerValue[],
  outputs: RecordedFunction<Source>["outputs"],
): tf.Tensor[] {
  try {
    prepareCall(backend, operation, name, inputs);
    const handles = backend.eager.executePrepared(operation, name, outputs.length);
    return toTensors(backend, handles, outputs);
  } finally {
    resetOperation(backend, operation, name);
  }
}

function prepareCall(
  { eager: { library, status } }: RecordableBackend,
  operation: Deno.PointerValue,
  name: string,
  inputs: readonly Deno.PointerValue[],
): void {
  const config = optimization;
  library.TFE_OpSetAttrString(operation, cString("config_proto"), config, BigInt(config.length));
  for (const input of inputs) {
    library.TFE_OpAddInput(operation, input, status.pointer);
    status.check(name);
  }
}

function resetOperation(
  { eager: { library, status } }: RecordableBackend,
  operation: Deno.PointerValue,
  name: string,
): void {
  library.TFE_OpReset(operation, cString(name), null, status.pointer);
}

function toTensors(
  backend: RecordableBackend,
  handles: readonly Deno.PointerValue[],
  outputs: RecordedFunction<Source>["outputs"],
): tf.Tensor[] {
  return handles.map((handle, i) => {
    const { shape, dtype } = outputs[i] as { shape: number[]; dtype: number };
    return backend.createOutputTensor({ id: backend.eager.adopt(handle), shape, dtype });
  });
}

/** Takes a function out of TensorFlow's context. */
export function removeFunction(backend: RecordableBackend, name: string): void {
  const { library, context, status } = backend.eager;
  library.TFE_ContextRemoveFunction(context, cString(name), status.pointer);
  status.check("TFE_ContextRemoveFunction");
}

/** The tensor that a source stands for at this call. */
export function tensorOf(
  source: Exclude<Source, { kind: "held" }>,
  inputs: readonly tf.Tensor[],
): tf.Tensor {
  if (source.kind === "variable") return source.variable;
  const tensor = source.kind === "input" ? inputs[source.index] : source.optimizer.c;
  return tensor as tf.Tensor;
}
