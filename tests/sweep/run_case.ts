import * as tf from "../../src/tf.ts";
import type { Case } from "./case.ts";
import type { Expected } from "./expected.ts";
import type { Values } from "./values.ts";

/** What is wrong with an op on the current backend; nothing where it is right. */
export interface Outcome {
  /** Of its values. */
  values?: string;
  /** Of its gradients. */
  gradients?: string;
}

/**
 * Runs an op and its gradient on the current backend.
 *
 * @param sweepCase the op
 * @param expected what is right
 */
export async function runCase(sweepCase: Case, expected: Expected): Promise<Outcome> {
  const tolerance = sweepCase.tolerance ?? 2e-5;
  const inputs = sweepCase.inputs.map(toTensor);
  const outcome: Outcome = {};
  const values = await faultOf(() => [run(sweepCase, inputs)], [expected.values], tolerance);
  if (values !== undefined) outcome.values = values;
  if (values?.startsWith("shape") !== true) {
    const compute = () => gradientsOf(sweepCase, inputs, expected.upstream);
    const gradients = await faultOf(compute, expected.gradients, tolerance);
    if (gradients !== undefined) outcome.gradients = gradients;
  }
  tf.dispose(inputs);
  return outcome;
}

function toTensor({ shape, data }: Values): tf.Tensor {
  return tf.tensor(Float32Array.from(data), [...shape]);
}

/** Whole numbers and truth values too are compared, and differentiated, as float32. */
function run({ op }: Case, inputs: tf.Tensor[]): tf.Tensor {
  return tf.tidy(() => tf.cast(op(...inputs), "float32"));
}

function gradientsOf(sweepCase: Case, inputs: tf.Tensor[], upstream: Values): tf.Tensor[] {
  return tf.tidy(() => tf.grads((...inputs) => run(sweepCase, inputs))(inputs, toTensor(upstream)));
}

/** What is wrong with tensors, or with the way to them. */
async function faultOf(
  compute: () => tf.Tensor[],
  expected: readonly Values[],
  tolerance: number,
): Promise<string | undefined> {
  let tensors: tf.Tensor[];
  try {
    tensors = compute();
  } catch (error) {
    return `throws: ${(error as Error).message.slice(0, 160)}`;
  }
  const actual = await Promise.all(tensors.map((tensor) => tensor.data()));
  const faults = expected.map((values, which) =>
    difference(tensors[which]!.shape, actual[which]!, values, tolerance)
  );
  tf.dispose(tensors);
  const which = faults.findIndex((fault) => fault !== undefined);
  return which < 0 ? undefined : expected.length > 1 ? `${which}: ${faults[which]}` : faults[which];
}

function difference(
  shape: readonly number[],
  actual: ArrayLike<number>,
  { shape: wanted, data }: Values,
  tolerance: number,
): string | undefined {
  if (`${shape}` !== `${wanted}`) return `shape [${shape}], not [${wanted}]`;
  const scale = data.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
  let worst = 0, at = 0;
  for (let place = 0; place < data.length; place++) {
    const off = Math.abs(actual[place]! - data[place]!);
    if (!(off <= worst)) [worst, at] = [off, place];
  }
  if (worst <= tolerance * scale) return undefined;
  return `off by ${worst} at ${at}: ${actual[at]}, not ${data[at]}`;
}
