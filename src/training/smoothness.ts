/**
 * How smooth a model's loss is where its weights are, seen along the gradient's direction.
 *
 * @module
 */
import * as tf from "../tf.ts";
import { check } from "../check.ts";
import { withStepSeed } from "../random.ts";
import type { Captured } from "./capture.ts";
import type { Batch } from "./dataloader.ts";
import type { Loss } from "./losses.ts";
import { imageCount } from "./microbatches.ts";
import type { Recompute } from "./recomputation/apply_recomputed.ts";
import { freeTape } from "./recording/free_tape.ts";
import { applyInTraining } from "./train_step.ts";
import { trainedVariables } from "./model_weights.ts";
import { captureOrRun } from "./unrecorded.ts";
import type { Walk } from "./walk_figures.ts";
import { type Direction, downGradient, layerwise, sumOfSquares } from "./walk_directions.ts";

/** Where {@linkcode measureSmoothness} goes. */
export interface SmoothnessOptions {
  /**
   * Step sizes `η` of the walk along the gradient, finite and > 0; the literature takes multiples of
   * the learning rate.
   *
   * @default {[]}
   */
  stepSizes?: readonly number[];
  /**
   * Steps `r` of the layerwise walk, finite and > 0, as shares of each kernel's norm.
   *
   * @default {[]}
   */
  relativeSteps?: readonly number[];
  /**
   * Seeds the random numbers of this library's dropout, which are the same at every point; a 32-bit
   * integer.
   *
   * @default {0}
   */
  seed?: number;
  /** What is computed again for the gradient instead of being kept, as the Trainer takes it. */
  recompute?: Recompute | undefined;
}

/** A loss around a model's weights `w`. */
export interface Smoothness {
  /** `L(w)`, the loss on the batch with the model's regularization losses. */
  loss: number;
  /** `‖w‖` over all weights that are trained. */
  weightNorm: number;
  /** The walk along the gradient. */
  gradient: Walk;
  /** The layerwise walk. */
  relative: Walk;
}

/** Measures the same model again and again. */
export interface SmoothnessProbe {
  /** Measures it as it stands; the batch stays the caller's. */
  measure(batch: Batch): Promise<Smoothness>;
  /** Frees what was recorded. */
  dispose(): void;
}

/**
 * Measures a model's loss and its gradient along two lines that begin at its weights `w`, on one
 * batch, in training mode: batch normalization takes the batch's statistics. Afterwards the model is
 * what it was to the last digit, its moving statistics too; no one else sees the weights in between.
 * With `g = ∇L(w)`:
 *
 * - **along the gradient**: `w − η·g` for each of `stepSizes`. Distances and changes are Euclidean,
 *   over all weights that are trained: kernels, biases, scales and offsets. As Santurkar et al. do.
 * - **layerwise**: each kernel `W` (what has two axes or more) goes to `W − r·‖W‖·G/‖G‖` for each of
 *   `relativeSteps`, `G` being its gradient; biases, scales and offsets stay. Each kernel is measured
 *   in units of its norm: the distance is `r·√n` for `n` kernels that move, the change
 *   `√(Σ ‖W‖²·‖G' − G‖²)`. Multiplying a kernel leaves all of it as it is, where the loss does not
 *   depend on the kernel's scale.
 *
 * Of a standardized layer the kernel is the raw one, which is trained. Weight standardization makes
 * the loss independent of its scale, and so does a normalization behind a layer: the gradient by a
 * kernel twice as large is half as large, and β a quarter. The first walk then tells scales apart as
 * much as losses; the second does not.
 *
 * The usual mistake is to compare Lipschitz constants of one training with those of another without
 * looking at the loss: where it is small, so are gradients.
 *
 * Source: Santurkar et al., "How Does Batch Normalization Help Optimization?", 2018, section 3.1 (the
 * first walk); You et al., "Large Batch Training of Convolutional Networks", 2017 (steps relative to
 * a layer's norm), and Li et al., "Visualizing the Loss Landscape of Neural Nets", 2018 (biases and
 * scales stay, for the same reason); Qiao et al., "Micro-Batch Training with Batch-Channel
 * Normalization and Weight Standardization", arXiv 1903.10520 (why it should be smoother with WS).
 *
 * @param model the model; its trainable weights are those that are trained
 * @param loss the loss of labels and logits
 * @param batch inputs and labels, which stay the caller's
 * @param options step sizes, seed
 * @returns losses in the loss's unit, norms in the weights'; figures of it by `walkFigures`
 * @throws {TypeError} if the model has no trainable weights, or the batch no images
 * @throws {RangeError} if a step is not finite and > 0, or the seed no 32-bit integer
 *
 * @example
 * ```ts
 * import { losses, measureSmoothness, tf, walkFigures } from "@weight-standardization/tfjs";
 * import assert from "node:assert/strict";
 *
 * const kernelInitializer = tf.initializers.glorotUniform({ seed: 1 });
 * const dense = tf.layers.dense({ units: 3, inputShape: [4], kernelInitializer });
 * const model = tf.sequential({ layers: [dense] });
 * const batch = { x: tf.ones([2, 4]), y: tf.tensor1d([0, 2], "int32") };
 * const { loss, gradient } = await measureSmoothness(model, losses.crossEntropy, batch, {
 *   stepSizes: [0.05, 0.1, 0.2],
 * });
 * const { lipschitz, beta } = walkFigures(loss, gradient);
 * assert.ok(gradient.points[2]!.loss < loss); // downhill
 * assert.ok(lipschitz < gradient.gradientNorm && beta > 0); // a convex loss
 * ```
 */
export async function measureSmoothness(
  model: tf.LayersModel,
  loss: Loss,
  batch: Batch,
  options: SmoothnessOptions = {},
): Promise<Smoothness> {
  const probe = smoothnessProbe(model, loss, options);
  try {
    return await probe.measure(batch);
  } finally {
    probe.dispose();
  }
}

/**
 * {@linkcode measureSmoothness} for a model that is measured more than once: what can be recorded is
 * recorded once.
 *
 * @param model the model
 * @param loss the loss
 * @param options step sizes, seed
 * @returns the probe, to be disposed of
 * @throws as `measureSmoothness`
 */
export function smoothnessProbe(
  model: tf.LayersModel,
  loss: Loss,
  { stepSizes = [], relativeSteps = [], seed = 0, recompute }: SmoothnessOptions = {},
): SmoothnessProbe {
  checkSteps({ stepSizes, relativeSteps });
  check(
    (seed | 0) === seed,
    RangeError,
    "measure smoothness as seed must be a 32-bit integer",
    seed,
  );
  const trained = trainedVariables(model).filter(({ trainable }) => trainable);
  const requirement = `measure smoothness as ${model.name} must have trainable weights`;
  check(trained.length > 0, TypeError, requirement, trained.length);
  const gradientAt = gradientOf(model, loss, trained, recompute);
  return {
    async measure(batch) {
      const images = imageCount(batch);
      check(images > 0, TypeError, "measure smoothness as a batch must have images", images);
      const seedTensor = tf.tensor1d([seed], "int32");
      const at = () => gradientAt(batch.x, batch.y, seedTensor);
      let numbers: tf.Tensor | undefined;
      try {
        numbers = walkAll({ model, trained, at, stepSizes, relativeSteps });
        return named(await numbers.data(), stepSizes, relativeSteps);
      } catch (error) {
        freeTape();
        throw error;
      } finally {
        tf.dispose([seedTensor, numbers]);
      }
    },
    dispose: () => gradientAt.dispose(),
  };
}

function checkSteps(lists: Readonly<Record<string, readonly number[]>>): void {
  for (const [name, steps] of Object.entries(lists)) {
    const fit = steps.every((step) => Number.isFinite(step) && step > 0);
    check(fit, RangeError, `measure smoothness as ${name} must be finite and > 0`, [...steps]);
  }
}

type GradientAt = Captured<[x: tf.Tensor, y: tf.Tensor, seed: tf.Tensor], tf.Tensor[]>;

/** What gives the loss and its gradient by each weight where these are. */
function gradientOf(
  model: tf.LayersModel,
  loss: Loss,
  trained: readonly tf.Variable[],
  recompute: Recompute | undefined,
): GradientAt {
  return captureOrRun("The smoothness probe", (x: tf.Tensor, y: tf.Tensor, seed: tf.Tensor) => {
    const objective = () => {
      const terms = [loss(y, applyInTraining(model, x, recompute)), ...model.calculateLosses()];
      return terms.reduce((sum, term) => tf.add(sum, term)) as tf.Scalar;
    };
    const { value, grads } = withStepSeed(
      seed as tf.Tensor1D,
      () => tf.engine().gradients(objective, [...trained], undefined, true),
    );
    return [value, ...trained.map((weight, i) => grads[i] ?? tf.zerosLike(weight))];
  });
}

interface Walking {
  model: tf.LayersModel;
  trained: readonly tf.Variable[];
  /** The loss and the gradients where the weights are. */
  at: () => tf.Tensor[];
  stepSizes: readonly number[];
  relativeSteps: readonly number[];
}

/**
 * Walks without letting anyone else run meanwhile, and puts every weight back.
 *
 * @returns all numbers in one tensor, for {@linkcode named}
 */
function walkAll({ model, trained, at, stepSizes, relativeSteps }: Walking): tf.Tensor {
  const all = [...new Set(model.weights.map((weight) => weight.read() as tf.Variable))];
  return tf.tidy(() => {
    const before = new Map(all.map((variable) => [variable, variable.clone()]));
    const restore = () => before.forEach((value, variable) => variable.assign(value));
    const weights = trained.map((variable) => before.get(variable)!);
    try {
      const [loss, ...gradients] = at() as [tf.Tensor, ...tf.Tensor[]];
      const walk = (direction: Direction, steps: readonly number[]) =>
        steps.flatMap((step) =>
          tf.tidy(() => {
            restore(); // statistics too: a layer may normalize by those that it has moved
            trained.forEach((variable, i) =>
              variable.assign(tf.sub(weights[i]!, tf.mul(direction.steps[i]!, step)))
            );
            const [there, ...changed] = at() as [tf.Tensor, ...tf.Tensor[]];
            const changes = changed.map((gradient, i) => tf.sub(gradient, gradients[i]!));
            return [there, direction.squaredNorm(changes)];
          })
        );
      const straight = downGradient(gradients), relative = layerwise(weights, gradients);
      return tf.stack([
        loss,
        tf.addN(weights.map(sumOfSquares)),
        ...[straight, relative].flatMap((direction) => [
          direction.squaredNorm(gradients),
          direction.squaredLength,
        ]),
        ...walk(straight, stepSizes),
        ...walk(relative, relativeSteps),
      ]);
    } finally {
      restore();
    }
  });
}

/** The numbers of {@linkcode walkAll} by their names. */
function named(
  numbers: ArrayLike<number>,
  stepSizes: readonly number[],
  relativeSteps: readonly number[],
): Smoothness {
  const rest = Array.from(numbers).values();
  const next = () => rest.next().value!;
  const loss = next(), weightNorm = Math.sqrt(next());
  const starts = [1, 2].map(() => ({ gradientNorm: Math.sqrt(next()), length: Math.sqrt(next()) }));
  const [gradient, relative] = [stepSizes, relativeSteps].map((sizes, i): Walk => {
    const { gradientNorm, length } = starts[i]!;
    const points = sizes.map((size) => ({
      size,
      distance: size * length,
      loss: next(),
      gradientChange: Math.sqrt(next()),
    }));
    return { gradientNorm, points };
  });
  return { loss, weightNorm, gradient: gradient!, relative: relative! };
}
