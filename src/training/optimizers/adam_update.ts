import * as tf from "../../tf.ts";
import { runKernelOr } from "../../gradients/operation.ts";
import { oneMinusPower } from "./bias_correction.ts";

/**
 * How a step updates a weight `w` by its gradient `g`, at the learning rate `r`, with `t` the steps
 * that the weight has taken, this one too:
 *
 * ```text
 * m = beta1·m + (1 − beta1)·g
 * s = beta2·s + (1 − beta2)·g²
 * d = (m / (1 − beta1^t)) / (√s / √(1 − beta2^t) + epsilon)
 * w = w·(1 − decayPerRate·r) − r·d
 * ```
 *
 * (A type and not an interface: only that passes for the attributes of a kernel.)
 */
export type AdamRule = {
  /** Share of the mean of gradients that a step keeps. */
  beta1: number;
  /** Share of the mean of their squares that a step keeps. */
  beta2: number;
  /** Keeps the denominator from 0; added to the root, after the correction. */
  epsilon: number;
  /** Weight decay apart from the gradient, for each 1 of the learning rate. */
  decayPerRate: number;
};

/** A weight and what updates it, all float32. */
export interface AdamState<T = tf.Tensor> {
  /** The weight. */
  weight: T;
  /** The loss's gradient by it. */
  gradient: T;
  /** The mean of gradients, `m`. */
  mean: T;
  /** The mean of their squares, `s`. */
  square: T;
  /** The steps taken before this one, `[]`. */
  steps: T;
}

/** What a step makes of a weight. */
export type AdamUpdated = Omit<AdamState, "gradient">;

/** What an update makes, in the order of its outputs. */
const made = ["weight", "mean", "square", "steps"] as const;

/**
 * The weights, and what is kept of them, after a step: kernel `weight-standardization/adam-update`,
 * one for all weights. Its inputs are `learningRate` and, of the n-th weight, `weightN`, `gradientN`,
 * `meanN`, `squareN` and `stepsN`; its attributes are the rule; its outputs are the new weights, in
 * order, then the means, the squares and the steps.
 *
 * @param states the weights
 * @param learningRate float32 scalar
 * @param rule how
 * @returns for each weight what becomes of it, in new tensors
 */
export function adamUpdate(
  states: readonly AdamState[],
  learningRate: tf.Scalar,
  rule: AdamRule,
): AdamUpdated[] {
  if (states.length === 0) return [];
  const inputs: tf.NamedTensorMap = { learningRate };
  states.forEach((state, i) => {
    for (const [name, tensor] of Object.entries(state)) inputs[name + i] = tensor;
  });
  const compose = () => composedUpdate(states, learningRate, rule);
  const outputs = runKernelOr("weight-standardization/adam-update", inputs, rule, compose);
  return states.map((_, i) => {
    const [weight, mean, square, steps] = made.map((_, k) => outputs[k * states.length + i]!);
    return { weight: weight!, mean: mean!, square: square!, steps: steps! };
  });
}

/**
 * The weights behind a kernel's inputs.
 *
 * @param inputs the inputs but for the learning rate, by their names
 * @returns the weights, in order
 */
export function adamStatesOf<T>(inputs: Readonly<Record<string, T>>): AdamState<T>[] {
  const states: AdamState<T>[] = [];
  for (let i = 0; inputs[`weight${i}`] !== undefined; i++) {
    const [weight, gradient] = [inputs[`weight${i}`]!, inputs[`gradient${i}`]!];
    const [mean, square] = [inputs[`mean${i}`]!, inputs[`square${i}`]!];
    states.push({ weight, gradient, mean, square, steps: inputs[`steps${i}`]! });
  }
  return states;
}

/** The same, of TensorFlow.js's ops; what is a number of each weight is computed for all at once. */
function composedUpdate(
  states: readonly AdamState[],
  learningRate: tf.Scalar,
  { beta1, beta2, epsilon, decayPerRate }: AdamRule,
): tf.Tensor[] {
  const steps = tf.add(tf.stack(states.map((state) => state.steps)), 1) as tf.Tensor1D;
  const rates = tf.unstack(tf.div(learningRate, oneMinusPower(beta1, steps)));
  const roots = tf.unstack(tf.sqrt(oneMinusPower(beta2, steps)));
  const taken = tf.unstack(steps);
  const [keptMean, keptSquare] = [tf.scalar(beta1), tf.scalar(beta2)];
  const [newMean, newSquare] = [tf.scalar(1 - beta1), tf.scalar(1 - beta2)];
  const floor = tf.scalar(epsilon);
  const kept = tf.sub(1, tf.mul(learningRate, decayPerRate));
  const updated = states.map(({ weight, gradient, ...state }, i) =>
    tf.tidy(() => {
      const mean = tf.add(tf.mul(state.mean, keptMean), tf.mul(gradient, newMean));
      const square = tf.add(
        tf.mul(state.square, keptSquare),
        tf.mul(tf.square(gradient), newSquare),
      );
      const denominator = tf.add(tf.div(tf.sqrt(square), roots[i]!), floor);
      const moved = tf.div(tf.mul(mean, rates[i]!), denominator);
      const decayed = decayPerRate > 0 ? tf.mul(weight, kept) : weight;
      return { weight: tf.sub(decayed, moved), mean, square, steps: taken[i]! };
    })
  );
  return made.flatMap((name) => updated.map((state) => state[name]));
}
