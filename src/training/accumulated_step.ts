import * as tf from "../tf.ts";
import { withStepSeed } from "../random.ts";
import { withSharedStep } from "../workers.ts";
import { HeldKernels } from "./held_kernels.ts";
import type { Loss } from "./losses.ts";
import {
  applyGradients,
  applyInTraining,
  buildOptimizer,
  countingIterations,
  type StepOptions,
  withLearningRate,
} from "./train_step.ts";
import { captureOrRun } from "./unrecorded.ts";
import { newScope, withSums } from "./workers/sum_numbers.ts";
import { countTogether, notingStatistics, sumTogether } from "./workers/group_gradients.ts";

/** One optimizer step over microbatches: `begin`, `add` for each, `apply`. */
export interface AccumulatedStep {
  /** Standardizes the kernels that the microbatches will read. */
  begin(): void;
  /** Adds a microbatch's gradients, times its number of images. Its seed is `[1]`. */
  add(x: tf.Tensor, y: tf.Tensor, seed: tf.Tensor): void | Promise<void>;
  /**
   * Updates the weights by what was added, over `images` `[]` in all, and returns the loss. In a group
   * it takes the sums of all workers, and whether this one is to stop, 1 or 0, `[]`; it returns `[2]`, the
   * loss and how many are to.
   */
  apply(
    learningRate: tf.Tensor,
    images: tf.Tensor,
    stop?: tf.Tensor,
  ): tf.Tensor | Promise<tf.Tensor>;
  /** Frees the recordings and the sums. */
  dispose(): void;
}

/**
 * The step of a training run whose batch comes in microbatches. Each of its three phases is
 * captured where the backend can. Between them stand variables: one sum of gradients for each
 * weight that is trained, and the standardized kernels, which are computed once a step.
 *
 * With `n` images in a microbatch and `N` in all, the step is that of the loss
 * `Σ n·loss / N + regularization losses`; layers that work on their batch as a whole, batch
 * normalization above all, see microbatches.
 *
 * @param model the model
 * @param optimizer the optimizer; one without a schedule ignores the learning rate
 * @param loss the loss, a mean over images
 * @param options what is computed again, and how far the gradient of the whole step may go
 * @returns the step, to be disposed of after the run
 * @throws {TypeError} if the model has no trainable weights
 */
export function accumulatedStep(
  model: tf.LayersModel,
  optimizer: tf.Optimizer,
  loss: Loss,
  { recompute, maxGradientNorm, group, synchronizedBatchNorm = false }: StepOptions = {},
): AccumulatedStep {
  const variables = buildOptimizer(model, optimizer);
  const kernels = new HeldKernels(model);
  // What microbatches add up to: a sum for each variable that has a gradient, and for the loss.
  const sums = new Map<tf.Variable | "loss", tf.Variable>();
  // What a microbatch has updated beside them.
  let statistics: readonly tf.Variable[] = [];
  const [adding, applying] = group ? [newScope(group), newScope(group)] : [0, 0];
  const together = <T>(scope: number, body: () => T): T =>
    group === undefined ? body() : withSums(scope, body);
  const shared = group && { group, share: undefined, synchronizedBatchNorm };
  const begin = captureOrRun("The training step", () => kernels.refresh());
  const add = captureOrRun(
    "The training step",
    (x: tf.Tensor, y: tf.Tensor, seed: tf.Tensor): void => {
      const forward = () => loss(y, applyInTraining(model, x, recompute));
      const images = tf.scalar(x.shape[0] ?? 1);
      const trained = variables.filter(({ trainable }) => trainable);
      const xs = [...trained, ...kernels.heldFor(trained)];
      const gradients = () => tf.engine().gradients(forward, xs, images, true);
      const noted = together(
        adding,
        () =>
          notingStatistics(model, () =>
            // What is recomputed reads the kernels during the gradient.
            withStepSeed(
              seed as tf.Tensor1D,
              () => withSharedStep(shared, () => kernels.during(gradients)),
            )),
      );
      const { value, grads } = noted.value;
      statistics = noted.statistics;
      xs.forEach((variable, i) => addTo(sums, variable, grads[i]));
      addTo(sums, "loss", tf.mul(value, images));
    },
  );
  const apply = captureOrRun(
    "The training step",
    (learningRate: tf.Tensor, images: tf.Tensor, stop?: tf.Tensor): tf.Tensor =>
      together(applying, () => {
        const counts = group && countTogether(group, images, stop ?? tf.scalar(0));
        const all = counts?.images ?? images;
        const mean = (of: tf.Variable | "loss") => {
          const sum = sums.get(of);
          return sum && tf.div(sum, all);
        };
        const own = variables.map((variable) =>
          variable.trainable
            ? total([mean(variable), kernels.gradientOf(variable, mean)])
            : undefined
        );
        const loss = mean("loss")!;
        const summed = group === undefined
          ? { gradients: own, loss }
          : sumTogether(group, { gradients: own, loss, statistics, share: tf.div(images, all) });
        const penalty = penaltyOf(model, variables);
        const gradients = variables.map(({ trainable }, i) =>
          trainable ? total([summed.gradients[i], penalty.grads[i]]) : undefined
        );
        withLearningRate(
          optimizer,
          learningRate as tf.Scalar,
          () => applyGradients(optimizer, variables, gradients, maxGradientNorm),
        );
        const value = total([summed.loss, penalty.value]) as tf.Scalar;
        sums.forEach((sum) => sum.assign(tf.zerosLike(sum)));
        return counts === undefined ? value : tf.stack([value, counts.stops]);
      }),
  );
  const counting = countingIterations(optimizer, apply);
  const dispose = () =>
    [begin, add, apply, kernels, ...sums.values()].forEach((each) => each.dispose());
  if (group === undefined) return { begin, add, apply: counting, dispose };
  return { begin, add: add.callAsync, apply: counting.callAsync, dispose };
}

/** The model's regularization losses and their gradients. */
function penaltyOf(
  model: tf.LayersModel,
  variables: readonly tf.Variable[],
): { value: tf.Tensor; grads: (tf.Tensor | undefined)[] } {
  const sum = () => tf.addN([tf.scalar(0), ...model.calculateLosses()]);
  return tf.engine().gradients(sum, [...variables], undefined, true);
}

function total(terms: readonly (tf.Tensor | undefined)[]): tf.Tensor | undefined {
  const given = terms.filter((term) => term !== undefined);
  return given.length > 0 ? given.reduce((sum, term) => tf.add(sum, term)) : undefined;
}

/** Adds to a sum, which begins at 0. */
function addTo<Key>(sums: Map<Key, tf.Variable>, key: Key, value: tf.Tensor | undefined): void {
  if (value === undefined) return;
  const sum = sums.get(key) ?? tf.tidy(() => tf.variable(tf.zeros(value.shape), false));
  sum.assign(tf.add(sum, value));
  sums.set(key, sum);
}
