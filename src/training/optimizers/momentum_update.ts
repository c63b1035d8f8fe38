import * as tf from "../../tf.ts";
import { runKernelOr } from "../../gradients/operation.ts";

/**
 * How a step updates a weight `w` by its gradient `g`, at the learning rate `r`:
 *
 * ```text
 * g = g + weightDecay·w
 * v = momentum·v + g                  without momentum g itself
 * d = v                               with Nesterov g + momentum·v
 * w = w·(1 − decayPerRate·r) − r·d
 * ```
 *
 * Numbers are rounded to float32, as their products and sums are. (A type and not an interface: only
 * that passes for the attributes of a kernel.)
 */
export type MomentumRule = {
  /** Share of the velocity that a step keeps; at 0 there are no velocities. */
  momentum: number;
  /** Weight decay that is added to the gradient, and so meets momentum and learning rate. */
  weightDecay: number;
  /** Weight decay apart from the gradient, for each 1 of the learning rate. */
  decayPerRate: number;
  /** Whether a step looks ahead along the new velocity. */
  nesterov: boolean;
};

/** A weight and what updates it, all of one shape and float32. */
export interface WeightState<T = tf.Tensor> {
  /** The weight. */
  weight: T;
  /** The loss's gradient by it. */
  gradient: T;
  /** Its velocity, where the rule has momentum. */
  velocity: T | undefined;
}

/** What a step makes of a weight. */
export type UpdatedWeight = Pick<WeightState, "weight" | "velocity">;

/**
 * The weights and velocities after a step: kernel `weight-standardization/momentum-update`, one for
 * all weights. Its inputs are `learningRate`, and of the n-th weight `weightN`, `gradientN` and, with
 * momentum, `velocityN`; its attributes are the rule; its outputs are the new weights, in order, and
 * then the new velocities.
 *
 * @param states the weights
 * @param learningRate float32 scalar
 * @param rule how
 * @returns for each weight what becomes of it, in new tensors
 */
export function momentumUpdate(
  states: readonly WeightState[],
  learningRate: tf.Scalar,
  rule: MomentumRule,
): UpdatedWeight[] {
  const inputs: tf.NamedTensorMap = { learningRate };
  states.forEach((state, i) => {
    for (const [name, tensor] of Object.entries(state)) if (tensor) inputs[name + i] = tensor;
  });
  const compose = () => composedUpdate(states, learningRate, rule);
  const name = "weight-standardization/momentum-update";
  const outputs = runKernelOr(name, inputs, rule, compose);
  return states.map((_, i) => ({ weight: outputs[i]!, velocity: outputs[states.length + i] }));
}

/**
 * The weights behind a kernel's inputs.
 *
 * @param inputs the inputs but for the learning rate, by their names
 * @returns the weights, in order
 */
export function statesOf<T>(inputs: Readonly<Record<string, T>>): WeightState<T>[] {
  const states: WeightState<T>[] = [];
  for (let i = 0; inputs[`weight${i}`] !== undefined; i++) {
    const [weight, gradient] = [inputs[`weight${i}`]!, inputs[`gradient${i}`]!];
    states.push({ weight, gradient, velocity: inputs[`velocity${i}`] });
  }
  return states;
}

/** The same, of TensorFlow.js's ops: weight by weight, so that little is there at a time. */
function composedUpdate(
  states: readonly WeightState[],
  learningRate: tf.Scalar,
  rule: MomentumRule,
): tf.Tensor[] {
  const momentum = tf.scalar(rule.momentum), weightDecay = tf.scalar(rule.weightDecay);
  const kept = tf.sub(1, tf.mul(learningRate, rule.decayPerRate));
  const updated = states.map(({ weight, gradient, velocity }) =>
    tf.tidy(() => {
      const g = rule.weightDecay > 0 ? tf.add(gradient, tf.mul(weight, weightDecay)) : gradient;
      const v = velocity && tf.add(tf.mul(velocity, momentum), g);
      const direction = v === undefined ? g : rule.nesterov ? tf.add(g, tf.mul(v, momentum)) : v;
      const decayed = rule.decayPerRate > 0 ? tf.mul(weight, kept) : weight;
      return { weight: tf.sub(decayed, tf.mul(direction, learningRate)), velocity: v };
    })
  );
  const velocities = updated.flatMap(({ velocity }) => velocity ?? []);
  return [...updated.map(({ weight }) => weight), ...velocities];
}
