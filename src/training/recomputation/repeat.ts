/**
 * Layers that run a second time as they ran the first time: with the same random numbers, and
 * without moving their statistics again.
 *
 * @module
 */
import * as tf from "../../tf.ts";
import { type Draws, noteDraws, repeatDraws } from "../../random.ts";
import { standardizedKernelOf } from "../../standardization/standardized_kernel.ts";

/** A weight of a layer; what stands here as its own property hides what its class has. */
export interface Weight {
  trainable: boolean;
  read?: () => tf.Tensor;
  write?: (value: tf.Tensor) => unknown;
}

/** What a first run drew and changed. */
export interface FirstRun {
  draws: Draws;
  /** The weights that it wrote, and their values before. */
  before: Map<Weight, tf.Tensor>;
}

/**
 * The weights of layers, each once.
 *
 * @param layers the layers
 */
export function weightsOf(layers: readonly tf.layers.Layer[]): Weight[] {
  // TensorFlow.js's LayerVariable, whose methods Weight lets be replaced.
  return [...new Set(layers.flatMap(({ weights }) => weights as unknown as Weight[]))];
}

/** What a weight's layer reads: the weight, or what stands in for it once standardized. */
export function valueOf(weight: Weight): tf.Tensor {
  return standardizedKernelOf(weight)?.standIn ?? weight.read!();
}

/**
 * Runs layers for the first time.
 *
 * @param weights the layers' weights
 * @param body what runs them
 * @returns what it returns, and what {@linkcode repeat} needs; the values in there are kept, and
 * the caller's to dispose of
 */
export function runFirst<T>(weights: readonly Weight[], body: () => T): FirstRun & { value: T } {
  const before = new Map<Weight, tf.Tensor>();
  for (const weight of weights) {
    const write = weight.write!.bind(weight);
    weight.write = (value) => {
      if (!before.has(weight)) before.set(weight, tf.keep(tf.clone(weight.read!())));
      return write(value);
    };
  }
  try {
    return { ...noteDraws(body), before };
  } finally {
    for (const weight of weights) delete weight.write;
  }
}

/**
 * Runs layers again.
 *
 * @param first from {@linkcode runFirst}
 * @param given what weights are to be read as, for their gradients
 * @param body the same body
 * @returns what it returns
 */
export function repeat<T>(
  { draws, before }: FirstRun,
  given: ReadonlyMap<Weight, tf.Tensor>,
  body: () => T,
): T {
  const kernels = [...given].flatMap(([weight, value]) => {
    const kernel = standardizedKernelOf(weight);
    return kernel?.standIn === undefined ? [] : [{ kernel, standIn: kernel.standIn, value }];
  });
  const current = new Map(before);
  // A layer that is called again in the body sees what its first call wrote.
  const written: tf.Tensor[] = [];
  for (const [weight, value] of given) weight.read = () => value;
  for (const weight of before.keys()) {
    weight.read = () => current.get(weight)!;
    weight.write = (value) => {
      written.push(tf.keep(tf.clone(value)));
      current.set(weight, written.at(-1)!);
      return weight;
    };
  }
  for (const { kernel, value } of kernels) kernel.standIn = value;
  try {
    return repeatDraws(draws, body);
  } finally {
    for (const weight of [...given.keys(), ...before.keys()]) delete weight.read;
    for (const weight of before.keys()) delete weight.write;
    for (const { kernel, standIn } of kernels) kernel.standIn = standIn;
    tf.dispose(written);
  }
}
