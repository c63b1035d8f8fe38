/**
 * Steps of a training run that cannot be recorded.
 *
 * @module
 */
import * as tf from "../tf.ts";
import { capture, type Captured, type Step } from "./capture.ts";
import { CaptureError } from "./recording/capture_error.ts";

/** What a backend says that trained every step before it recorded any. */
interface MayRunUnrecorded {
  readonly runsUnrecorded?: boolean;
}

/**
 * {@linkcode capture} for the Trainer and what else trained or predicted before wasm recorded. On a
 * backend whose steps may run unrecorded (`wasm`), one that cannot be recorded, as it reads values
 * or uses TensorFlow.js's own dropout, runs as it is from then on; a warning says why. On
 * `tensorflow` that is an error.
 *
 * @param name what the warning calls it
 * @param step the step
 * @returns the captured step
 */
export function captureOrRun<Inputs extends tf.Tensor[], Output extends tf.TensorContainer | null>(
  name: string,
  step: Step<Inputs, Output>,
): Captured<Inputs, Output> {
  const captured = capture(step);
  let runs = false;
  const asItIs = (inputs: Inputs): Output =>
    tf.tidy(() => step(...inputs) as tf.TensorContainer) as Output;
  /** Notes that the step cannot be recorded, where the backend may run it all the same. */
  const giveUp = (error: unknown): void => {
    if (!(error instanceof CaptureError) || !mayRunUnrecorded()) throw error;
    warn(name, error);
    runs = true;
  };
  const call = (...inputs: Inputs): Output => {
    if (runs) return asItIs(inputs);
    try {
      return captured(...inputs);
    } catch (error) {
      giveUp(error);
      return asItIs(inputs);
    }
  };
  const callAsync = async (...inputs: Inputs): Promise<Output> => {
    if (runs) return asItIs(inputs);
    try {
      return await captured.callAsync(...inputs);
    } catch (error) {
      giveUp(error);
      return asItIs(inputs);
    }
  };
  return Object.assign(call, { callAsync, dispose: () => captured.dispose() });
}

function mayRunUnrecorded(): boolean {
  return (tf.backend() as MayRunUnrecorded).runsUnrecorded === true;
}

/** Those that were warned of: an evaluation is a new one each time. */
const warned = new Set<string>();

function warn(name: string, { message }: CaptureError): void {
  const text = `${name} runs unrecorded, which takes longer, as it cannot be captured. ${message}`;
  if (warned.has(text)) return;
  warned.add(text);
  console.warn(text);
}
