/**
 * A step with its recordings, one for each signature of its inputs.
 *
 * @module
 */
import * as tf from "../../tf.ts";
import type { Captured, Step } from "../capture.ts";
import type { Assumptions } from "./assumptions.ts";
import { freeTape } from "./free_tape.ts";

/** One recording of a step, for inputs of one signature. */
export interface StepRecording {
  /** What it treats as constant. */
  readonly assumptions: Assumptions;
  /** Runs it, and returns what the step returns. */
  run(inputs: readonly tf.Tensor[]): unknown;
  /** The same while the event loop lives, where the backend can. */
  runAsync?(inputs: readonly tf.Tensor[]): Promise<unknown>;
  /** Frees it. */
  dispose(): void;
}

/** A backend that records steps. */
export interface RecordingBackend {
  /** Whether a step is being recorded. */
  readonly recording: boolean;
  /**
   * Records a step. Afterwards every variable has its previous value; those that the step created
   * have their initial values.
   *
   * @throws where the step cannot be captured; it then has had no effect
   */
  record<Inputs extends tf.Tensor[]>(
    step: (...inputs: Inputs) => unknown,
    inputs: Inputs,
  ): StepRecording;
}

/** A step as `capture` of a backend that records returns it. */
export function capturedStep<Inputs extends tf.Tensor[], Output>(
  backend: RecordingBackend,
  step: Step<Inputs, Output>,
): Captured<Inputs, Output> {
  const captured = new CapturedStep(backend, step);
  const call = (...inputs: Inputs): Output => captured.call(inputs);
  const callAsync = (...inputs: Inputs): Promise<Output> => captured.callAsync(inputs);
  return Object.assign(call, { callAsync, dispose: () => captured.dispose() });
}

/** Records a step when it must, and runs the recordings. */
class CapturedStep<Inputs extends tf.Tensor[], Output> {
  readonly #backend: RecordingBackend;
  readonly #step: Step<Inputs, Output>;
  readonly #recordings = new Map<string, StepRecording>();
  #disposed = false;

  constructor(backend: RecordingBackend, step: Step<Inputs, Output>) {
    this.#backend = backend;
    this.#step = step;
  }

  /** Runs the step. Inside another step that is being recorded, it becomes a part of that one. */
  call(inputs: Inputs): Output {
    if (this.#backend.recording) return this.#step(...inputs);
    return this.#recordingOf(inputs).run(inputs) as Output; // of the form that the step returned
  }

  /** The same, while the event loop lives; recording a step takes its time before that. */
  async callAsync(inputs: Inputs): Promise<Output> {
    if (this.#backend.recording) return this.#step(...inputs);
    const recording = this.#recordingOf(inputs);
    return await (recording.runAsync?.(inputs) ?? recording.run(inputs)) as Output;
  }

  #recordingOf(inputs: Inputs): StepRecording {
    if (this.#disposed) throw new Error("Cannot call a captured step that has been disposed");
    const signature = inputs.map(describe).join(" "); // a recording does not check its arguments
    let recording = this.#recordings.get(signature), gone: tf.Variable | undefined;
    if (recording?.assumptions.areStale()) {
      gone = recording.assumptions.disposedVariable();
      this.#recordings.delete(signature); // first: another may fail to be recorded in its place
      recording.dispose();
      recording = undefined;
    }
    if (recording === undefined) {
      recording = this.#record(inputs, gone);
      this.#recordings.set(signature, recording);
    }
    return recording;
  }

  /** @param gone a variable of the recording before, which the step may still use */
  #record(inputs: Inputs, gone: tf.Variable | undefined): StepRecording {
    try {
      return this.#backend.record(this.#step, inputs);
    } catch (cause) {
      freeTape();
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
