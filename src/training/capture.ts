/**
 * Training steps that are recorded once and then run as a whole.
 *
 * @module
 */
import * as tf from "../tf.ts";

/** A function of tensors that returns tensors, or arrays and objects of them, or nothing. */
export type Step<Inputs extends tf.Tensor[], Output> = (...inputs: Inputs) => Output;

/** A captured step: called like the step itself. */
export interface Captured<Inputs extends tf.Tensor[], Output> {
  (...inputs: Inputs): Output;
  /**
   * The same, but where the backend can (`tensorflow`), the event loop lives while the recording
   * runs: timers, signals, input and output. Inputs may be disposed of meanwhile, the step not be
   * called again.
   */
  callAsync(...inputs: Inputs): Promise<Output>;
  /** Frees the recordings. The step cannot be called afterwards. */
  dispose(): void;
}

/** What a backend offers that can run a whole step as one function. */
interface CapturingBackend {
  capture?<Inputs extends tf.Tensor[], Output>(
    step: Step<Inputs, Output>,
  ): Captured<Inputs, Output>;
}

/**
 * Makes a step that is recorded where the backend can (`tensorflow`, `wasm`), and runs as it is, in
 * a `tf.tidy`, elsewhere: with the same results. The backend is asked at every call.
 *
 * The first call with inputs of some shapes and data types records what the step does; later calls
 * with such inputs run the recording, and the step's JavaScript does not run again. Hence:
 *
 * - What changes from call to call must be an input: the batch, the learning rate, the seed of
 *   random numbers. Numbers and tensors from outside stay what they were at the recording.
 * - Variables are read and written at every call. Those that the step creates, such as an
 *   optimizer's, are created by the recording, once.
 * - TensorFlow.js's own optimizers keep their numbers in JavaScript: a changed learning rate of
 *   `tf.train.sgd` and `tf.train.momentum` takes effect, a changed number of the others makes the
 *   step be recorded again, and so does `setLearningRate` of this library's, unless the step calls it
 *   with an input. The count of `iterations` does not change.
 * - Reading values in the step (`dataSync`) throws, and so do TensorFlow.js's random ops, with or
 *   without a seed: this library's `randomUniform` draws new values at every call.
 * - The step must not dispose its inputs, nor variables.
 * - Called inside of `tf.grad` and the like, it runs as it is, so that gradients flow through it. So
 *   it does after `tf.enableDebugMode()`, which checks every operation.
 *
 * The usual mistake is a counter or a learning rate in a JavaScript variable that the step closes
 * over: it keeps its value.
 *
 * A call throws a `CaptureError` where the step cannot be recorded, and a `RangeError`
 * where wasm has not the memory for it; neither has an effect. docs/captured_steps.md has all rules.
 *
 * @param step the step
 * @returns the captured step
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert/strict";
 * import * as tf from "npm:@tensorflow/tfjs@4.22.0";
 * import { capture } from "./capture.ts";
 *
 * const weight = tf.variable(tf.scalar(1));
 * const step = capture((learningRate: tf.Tensor) => {
 *   weight.assign(tf.sub(weight, learningRate));
 * });
 * step(tf.scalar(0.25));
 * step(tf.scalar(0.5));
 * strictEqual(weight.dataSync()[0], 0.25);
 * ```
 */
export function capture<Inputs extends tf.Tensor[], Output extends tf.TensorContainer | null>(
  step: Step<Inputs, Output>,
): Captured<Inputs, Output> {
  let captured: { backend: CapturingBackend; step: Captured<Inputs, Output> } | undefined;
  let disposed = false;
  /** The step as the backend captures it; nothing where it runs as it is. */
  const capturedFor = (inputs: Inputs): Captured<Inputs, Output> | undefined => {
    if (disposed) throw new Error("Cannot call a captured step that has been disposed");
    inputs.forEach(checkPresent);
    const backend = tf.backend() as CapturingBackend;
    if (backend.capture === undefined || runsAsItIs()) return undefined;
    if (captured?.backend !== backend) {
      captured?.step.dispose();
      captured = { backend, step: backend.capture(step) };
    }
    return captured.step;
  };
  const call = (...inputs: Inputs): Output => {
    const captured = capturedFor(inputs);
    return captured === undefined ? runTidied(step, inputs) : captured(...inputs);
  };
  const callAsync = async (...inputs: Inputs): Promise<Output> => {
    const captured = capturedFor(inputs);
    return captured === undefined ? runTidied(step, inputs) : await captured.callAsync(...inputs);
  };
  const dispose = (): void => {
    disposed = true;
    captured?.step.dispose();
    captured = undefined;
  };
  return Object.assign(call, { callAsync, dispose });
}

/** Throws if an input was disposed: on `tensorflow` the error would come from deep inside. */
function checkPresent(input: tf.Tensor, index: number): void {
  if (input?.isDisposed !== true) return; // the backend refuses what is not a tensor
  throw new Error(
    `Cannot call a captured step as its input ${index}, a ${input.dtype} tensor of shape ` +
      `[${input.shape}], has been disposed: call the step before disposing it, and tf.keep() what ` +
      "is made inside of a tf.tidy() and used outside of it",
  );
}

/**
 * Whether someone is to see what a step does: a gradient is computed of it, or every operation is
 * checked (`tf.enableDebugMode`). A recording shows neither.
 */
function runsAsItIs(): boolean {
  return tf.engine().state.gradientDepth > 0 || tf.env().getBool("DEBUG");
}

/** `tf.tidy` accepts null, but its types do not say so. */
function runTidied<Inputs extends tf.Tensor[], Output extends tf.TensorContainer | null>(
  step: Step<Inputs, Output>,
  inputs: Inputs,
): Output {
  return tf.tidy(() => step(...inputs) as tf.TensorContainer) as Output;
}
