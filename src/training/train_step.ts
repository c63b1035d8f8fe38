import * as tf from "../tf.ts";
import { withStepSeed } from "../random.ts";
import { capture, type Captured } from "./capture.ts";
import type { Loss } from "./losses.ts";

/** An optimizer whose learning rate can follow a schedule, and be an input of a captured step. */
export interface ScheduledOptimizer extends tf.Optimizer {
  /** The learning rate that a schedule's factors multiply. */
  readonly initialLearningRate: number;
  /** Sets the learning rate of the steps to come. */
  setLearningRate(learningRate: number | tf.Scalar): void;
  /** Creates what the optimizer keeps of each variable, without a step. */
  build(variables: readonly tf.Variable[]): void;
}

/** Whether an optimizer takes a schedule; tf.train's own do not. */
export function isScheduled(optimizer: tf.Optimizer): optimizer is ScheduledOptimizer {
  return "setLearningRate" in optimizer && "initialLearningRate" in optimizer;
}

/** One optimizer step: batch, labels, learning rate `[]` and seed `[1]` in, loss out. */
export type TrainStep = Captured<
  [x: tf.Tensor, y: tf.Tensor, learningRate: tf.Tensor, seed: tf.Tensor],
  tf.Scalar
>;

/**
 * The step of a training run, captured where the backend can: all that changes from step to step is
 * an argument.
 *
 * @param model the model
 * @param optimizer the optimizer; one without a schedule ignores the learning rate
 * @param loss the loss, to which the model's regularization losses are added
 * @returns the step, to be disposed of after the run
 */
export function trainStep(model: tf.LayersModel, optimizer: tf.Optimizer, loss: Loss): TrainStep {
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  if (isScheduled(optimizer)) optimizer.build(variables);
  return capture((x, y, learningRate, seed) => {
    const objective = () => {
      const logits = model.apply(x, { training: true }) as tf.Tensor;
      const terms = [loss(y, logits), ...model.calculateLosses()];
      return terms.reduce((sum, term) => tf.add(sum, term)) as tf.Scalar;
    };
    return withLearningRate(optimizer, learningRate as tf.Scalar, () =>
      withStepSeed(
        seed as tf.Tensor1D,
        () => optimizer.minimize(objective, true, variables) as tf.Scalar,
      ));
  });
}

/** The tensor is gone after the step: the optimizer must not keep it. */
function withLearningRate<T>(
  optimizer: tf.Optimizer,
  learningRate: tf.Scalar,
  step: () => T,
): T {
  if (!isScheduled(optimizer)) return step();
  optimizer.setLearningRate(learningRate);
  try {
    return step();
  } finally {
    optimizer.setLearningRate(optimizer.initialLearningRate);
  }
}
