/**
 * A step with its recordings, one for each signature of its inputs.
 *
 * @module
 */
import * as tf from "../../tf.ts";
import type { Step } from "../../training/capture.ts";
import { record } from "./record.ts";
import type { RecordableBackend } from "./recordable_backend.ts";
import type { Recording } from "./recording.ts";

/** Records a step when it must, and runs the recordings. */
export class CapturedStep<Inputs extends tf.Tensor[], Output> {
  readonly #backend: RecordableBackend;
  readonly #step: Step<Inputs, Output>;
  readonly #recordings = new Map<string, Recording>();
  #disposed = false;

  constructor(backend: RecordableBackend, step: Step<Inputs, Output>) {
    this.#backend = backend;
    this.#step = step;
  }

  /** Runs the step. Inside another step that is being recorded, it becomes a part of that one. */
  call(inputs: Inputs): Output {
    if (this.#disposed) throw new Error("Cannot call a captured step that has been disposed");
    if (this.#backend.recording) return this.#step(...inputs);
    // TensorFlow does not compare a function's arguments with what it was made for.
    const signature = inputs.map(describe).join(" ");
    let recording = this.#recordings.get(signature), gone: tf.Variable | undefined;
    if (recording?.isStale()) {
      gone = recording.disposedVariable();
      this.#recordings.delete(signature); // first: another may fail to be recorded in its place
      recording.dispose();
      recording = undefined;
    }
    if (recording === undefined) {
      recording = this.#record(inputs, gone);
      this.#recordings.set(signature, recording);
    }
    return recording.run(inputs) as Output; // of the form that the step returned
  }

  /** @param gone a variable of the recording before, which the step may still use */
  #record(inputs: Inputs, gone: tf.Variable | undefined): Recording {
    try {
      return record(this.#backend, this.#step, inputs);
    } catch (cause) {
      if (gone === undefined) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(
        `Cannot call a captured step whose variable ${gone.name} has been disposed, with which it ` +
          `was recorded, as it cannot be recorded without: ${reason}`,
        { cause },
      );
    }
  }

  dispose(): void {
    this.#disposed = true;
    for (const recording of this.#recordings.values()) recording.dispose();
    this.#recordings.clear();
  }
}

function describe(input: tf.Tensor, index: number): string {
  if (!(input instanceof tf.Tensor)) {
    throw new TypeError(
      `Cannot call a captured step as its input ${index} must be a tensor: current value is ` +
        `${input}, which would be the same at every call`,
    );
  }
  return `${input.dtype}[${input.shape}]`;
}
