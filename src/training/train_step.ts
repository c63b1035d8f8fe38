import * as tf from "../tf.ts";
import { withStepSeed } from "../random.ts";
import type { Captured } from "./capture.ts";
import { check } from "../check.ts";
import { clipByGlobalNorm } from "./gradient_clipping.ts";
import type { Loss } from "./losses.ts";
import { trainedVariables } from "./model_weights.ts";
import { applyRecomputed, type Recompute } from "./recomputation/apply_recomputed.ts";
import { captureOrRun } from "./unrecorded.ts";
import { groupGradients } from "./group_step.ts";
import { newScope, withSums } from "./workers/sum_numbers.ts";
import type { WorkerGroup } from "./workers/worker_group.ts";

/** An optimizer whose learning rate can follow a schedule, and be an input of a captured step. */
export interface ScheduledOptimizer extends tf.Optimizer {
  /** The learning rate that a schedule's factors multiply. */
  readonly initialLearningRate: number;
  /** The learning rate of the next step, as it was set. */
  readonly learningRate: number | tf.Scalar;
  /** Sets the learning rate of the steps to come. */
  setLearningRate(learningRate: number | tf.Scalar): void;
  /** Creates what the optimizer keeps of each variable, without a step. */
  build(variables: readonly tf.Variable[]): void;
}

/** Whether an optimizer takes a schedule; tf.train's own do not. */
export function isScheduled(optimizer: tf.Optimizer): optimizer is ScheduledOptimizer {
  return "setLearningRate" in optimizer && "initialLearningRate" in optimizer;
}

/** How a step takes its gradient. */
export interface StepOptions {
  /** What is computed again for the gradient instead of being kept. */
  recompute?: Recompute | undefined;
  /** Above which norm the gradient is scaled down. */
  maxGradientNorm?: number | undefined;
  /** The workers that take it together. */
  group?: WorkerGroup | undefined;
  /** Whether batch normalization takes its statistics over all of them. */
  synchronizedBatchNorm?: boolean | undefined;
  /**
   * Whether what the workers have is one batch, as it would be on one worker; else each has a microbatch of
   * its own.
   *
   * @default {true}
   */
  isOneBatch?: boolean | undefined;
}

/**
 * One optimizer step: batch, labels, learning rate `[]` and seed `[1]` in, loss out. In a group also
 * whether this worker is to stop, 1 or 0, `[]`; out comes `[2]` with the number of those that are to.
 */
export type TrainStep = Captured<
  [x: tf.Tensor, y: tf.Tensor, learningRate: tf.Tensor, seed: tf.Tensor, ...stop: tf.Tensor[]],
  tf.Tensor
>;

/**
 * The step of a training run, captured where the backend can: all that changes from step to step is
 * an argument.
 *
 * @param model the model
 * @param optimizer the optimizer; one without a schedule ignores the learning rate
 * @param loss the loss, to which the model's regularization losses are added
 * @param options what is computed again, and how far the gradient may go
 * @returns the step, to be disposed of after the run
 * @throws {TypeError} if the model has no trainable weights
 */
export function trainStep(
  model: tf.LayersModel,
  optimizer: tf.Optimizer,
  loss: Loss,
  options: StepOptions = {},
): TrainStep {
  const { recompute, maxGradientNorm, group, synchronizedBatchNorm = false } = options;
  const { isOneBatch = true } = options;
  const variables = buildOptimizer(model, optimizer);
  const scope = group && newScope(group);
  const step = captureOrRun("The training step", (
    x: tf.Tensor,
    y: tf.Tensor,
    learningRate: tf.Tensor,
    seed: tf.Tensor,
    stop?: tf.Tensor,
  ): tf.Tensor => {
    const objective = () => {
      const logits = applyInTraining(model, x, recompute);
      const terms = [loss(y, logits), ...model.calculateLosses()];
      return terms.reduce((sum, term) => tf.add(sum, term)) as tf.Scalar;
    };
    const minimizeTogether = (group: WorkerGroup, scope: number) =>
      withSums(scope, () => {
        const { gradients, lossAndStops } = groupGradients(group, {
          model,
          objective,
          variables,
          images: x.shape[0] ?? 1,
          isOneBatch,
          synchronizedBatchNorm,
          stop: stop ?? tf.scalar(0),
        });
        applyGradients(optimizer, variables, gradients, maxGradientNorm);
        return lossAndStops;
      });
    return withLearningRate(optimizer, learningRate as tf.Scalar, () =>
      withStepSeed(
        seed as tf.Tensor1D,
        () =>
          group === undefined || scope === undefined
            ? minimize(optimizer, objective, variables, maxGradientNorm)
            : minimizeTogether(group, scope),
      ));
  });
  return countingIterations(optimizer, step);
}

function minimize(
  optimizer: tf.Optimizer,
  objective: () => tf.Scalar,
  variables: tf.Variable[],
  maxGradientNorm: number | undefined,
): tf.Scalar {
  if (maxGradientNorm === undefined) {
    return optimizer.minimize(objective, true, variables) as tf.Scalar;
  }
  const { value, grads } = optimizer.computeGradients(objective, variables);
  applyGradients(optimizer, variables, variables.map(({ name }) => grads[name]), maxGradientNorm);
  return value;
}

/**
 * Updates weights.
 *
 * @param optimizer the optimizer
 * @param variables the weights
 * @param gradients by weight; nothing where one is not trained
 * @param maxGradientNorm above which norm they are scaled down together
 */
export function applyGradients(
  optimizer: tf.Optimizer,
  variables: readonly tf.Variable[],
  gradients: readonly (tf.Tensor | undefined)[],
  maxGradientNorm: number | undefined,
): void {
  const clipped = maxGradientNorm === undefined
    ? gradients
    : clipByGlobalNorm(gradients, maxGradientNorm);
  // Optimizers pass over a variable without a tensor, as `minimize` relies on, too.
  const named = variables.map(({ name }, i) => ({ name, tensor: clipped[i] }));
  optimizer.applyGradients(named as Parameters<tf.Optimizer["applyGradients"]>[0]);
}

/**
 * A model's logits in training.
 *
 * @param model the model
 * @param x its input
 * @param recompute what is computed again for the gradient instead of being kept
 * @returns the logits
 */
export function applyInTraining(
  model: tf.LayersModel,
  x: tf.Tensor,
  recompute: Recompute | undefined,
): tf.Tensor {
  if (recompute === undefined) return model.apply(x, { training: true }) as tf.Tensor;
  return applyRecomputed(model, x, { recompute }) as tf.Tensor;
}

/**
 * Lets an optimizer make what it keeps of the variables that it will update.
 *
 * @param model the model
 * @param optimizer the optimizer
 * @returns the variables
 * @throws {TypeError} if there are none
 */
export function buildOptimizer(model: tf.LayersModel, optimizer: tf.Optimizer): tf.Variable[] {
  const variables = trainedVariables(model);
  const { length } = variables;
  check(length > 0, TypeError, `train as ${model.name} must have trainable weights`, length);
  if (isScheduled(optimizer)) optimizer.build(variables);
  return variables;
}

/**
 * Runs a step with a learning rate given as a tensor. The tensor is gone after the step: the
 * optimizer must not keep it.
 *
 * @param optimizer an optimizer; one without a schedule keeps its own learning rate
 * @param learningRate `[]`
 * @param step what applies gradients
 * @returns what the step returns
 */
export function withLearningRate<T>(
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

/**
 * Counts an optimizer's `iterations` at each call of a step that applies gradients once: its own
 * count does not change where the step is recorded and its JavaScript does not run.
 *
 * @param optimizer the optimizer
 * @param step the step
 * @returns the step, counting
 */
export function countingIterations<Inputs extends tf.Tensor[], Output>(
  optimizer: tf.Optimizer,
  step: Captured<Inputs, Output>,
): Captured<Inputs, Output> {
  // TensorFlow.js declares the count protected.
  const count = (iterations: number) =>
    void ((optimizer as unknown as { iterations_: number }).iterations_ = iterations);
  const counting = (...inputs: Inputs): Output => {
    const iterations = optimizer.iterations + 1;
    const output = step(...inputs);
    count(iterations);
    return output;
  };
  const callAsync = async (...inputs: Inputs): Promise<Output> => {
    const iterations = optimizer.iterations + 1;
    const output = await step.callAsync(...inputs);
    count(iterations);
    return output;
  };
  return Object.assign(counting, { callAsync, dispose: () => step.dispose() });
}
