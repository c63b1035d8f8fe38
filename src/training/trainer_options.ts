import type * as tf from "../tf.ts";
import type { Callback } from "./callback.ts";
import type { Dataloader } from "./dataloader.ts";
import type { Duration } from "./duration.ts";
import type { EarlyStoppingOptions } from "./early_stopping.ts";
import type { Algorithm, Logger } from "./engine.ts";
import type { Loss } from "./losses.ts";
import type { Metric } from "./metrics/metric.ts";
import type { MovingAverageOptions } from "./moving_average.ts";
import type { Recompute } from "./recomputation/apply_recomputed.ts";
import type { Schedule } from "./schedules.ts";
import type { WorkerGroup } from "./workers/worker_group.ts";

/** What a {@linkcode Trainer} trains, with what, and for how long. */
export interface TrainerOptions {
  /** The model; it stays the caller's, who disposes of it. */
  model: tf.LayersModel;
  /** The optimizer; it stays the caller's, too. */
  optimizer: tf.Optimizer;
  /** The loss of labels and logits. */
  loss: Loss;
  /**
   * Metrics of the evaluations, each with a unique name.
   *
   * @default {[]}
   */
  metrics?: Metric[] | undefined;
  /**
   * Changes to training, applied in this order.
   *
   * @default {[]}
   */
  algorithms?: Algorithm[] | undefined;
  /** Watch the run. */
  callbacks?: Callback[] | undefined;
  /** Takes counts and measurements. */
  logger?: Logger | undefined;
  /** The batches to train on; needed by `fit`. */
  trainDataloader?: Dataloader | undefined;
  /** The batches to evaluate on; needed by `evaluate`. */
  evalDataloader?: Dataloader | undefined;
  /**
   * Cuts what the dataloader gives into microbatches of at most this many images, whose gradients
   * add up to one optimizer step: the memory of a small batch, the step of a large one. An integer
   * >= 1; without it, nothing is cut.
   *
   * The step's loss is the mean of the microbatches' losses, weighted by their images. For a loss
   * that is a mean over images this is the loss of the whole batch. One that is a mean over
   * *labelled pixels* is not quite: a pixel in a microbatch with few labelled ones counts more.
   * Batch normalization takes its statistics over a microbatch, and its moving statistics take a
   * step with each, as in PyTorch; group normalization sees no difference. Standardized kernels are
   * standardized once a step, and regularization losses count once.
   *
   * In a `group` each worker cuts its own images: where this divides them, into the microbatches that
   * one worker would cut the whole batch into.
   */
  microbatchSize?: number | undefined;
  /**
   * What is computed again for the gradient instead of being kept in memory:
   *
   * - `"normalization"`: what normalization layers and the activations after them give. Little
   *   memory for little time.
   * - `"blocks"`: everything inside of blocks of layers, into which the model is cut so that the
   *   most is saved. The most memory, for one more forward pass.
   *
   * Losses, weights and statistics are the same to the last digit. {@linkcode applyRecomputed} says
   * what a model must be like. Without it nothing is computed twice.
   */
  recompute?: Recompute | undefined;
  /**
   * Scales the gradient of a step down where its norm, over all weights, is above this: to
   * `g·maxGradientNorm / (‖g‖ + 1e-6)`, as PyTorch's `clip_grad_norm_`. It acts on the whole step's
   * gradient, once, whatever microbatches it came in, regularization losses included and an
   * optimizer's weight decay not. A number > 0; without it nothing is clipped.
   */
  maxGradientNorm?: number | undefined;
  /**
   * Averages the weights of the steps, as Composer's EMA: evaluations are of the averaged weights, and
   * when `fit` ends the model has them. The weights that are trained are kept beside them, and the next
   * `fit` goes on from these. Statistics of normalizations are averaged too. It takes the memory of the
   * weights once more, until {@linkcode Trainer.dispose}. Without it nothing is averaged.
   */
  movingAverage?: MovingAverageOptions | undefined;
  /**
   * Ends a `fit` when a metric has not become better for a while, and gives the model the weights of the
   * best evaluation. Needs an `evalDataloader`. Each `fit` begins anew. Learning rates follow the
   * schedule of the whole `maxDuration`. Without it, a `fit` trains to its end and keeps its last weights.
   *
   * What is chosen by a metric is no estimate of it: the best of many evaluations is partly luck.
   */
  earlyStopping?: EarlyStoppingOptions | undefined;
  /**
   * How long `fit` trains.
   *
   * @default {"1ep"}
   */
  maxDuration?: Duration | undefined;
  /**
   * How often `fit` evaluates, if there is an `evalDataloader`; it does so at the end in any case.
   * A fraction of an epoch is rounded to whole steps once, `"0.25ep"` of 10 steps to every third
   * one, and counted from the run's first step. `"0ep"`: at the end only.
   *
   * @default {"1ep"}
   */
  evalInterval?: Duration | undefined;
  /**
   * How often `fit` notifies `"checkpoint"`; it then does so at the end and after an abort, too.
   * Without it, never; `"0ep"`: at the end and after an abort only.
   */
  checkpointInterval?: Duration | undefined;
  /**
   * Factors of the optimizer's learning rate, step by step; constant without. The Trainer sets the
   * learning rate at each step to `initialLearningRate` times the factor.
   */
  schedule?: Schedule | undefined;
  /**
   * Seeds the random numbers inside of the steps. An integer.
   *
   * @default {0}
   */
  seed?: number | undefined;
  /**
   * Ends the run after the current step. In a group, any worker's ends it on all of them, after the
   * step that follows.
   */
  signal?: AbortSignal | undefined;
  /**
   * The workers that train together, of which this process is one: see docs/workers.md. Each makes the
   * same Trainer and gives it its own share of every batch; the step is that of all the images of
   * all shares. Without it this process trains alone.
   */
  group?: WorkerGroup | undefined;
  /**
   * Whether batch normalization, and the batch half of batch-channel normalization, take their
   * statistics over the images of all workers, as PyTorch's `SyncBatchNorm`: the step is then that of
   * one worker with all images. With microbatches they are over those that the workers have at a time,
   * of which each must have equally many: all workers refuse the step where one has more.
   *
   * Without it each worker normalizes by its own images, and the moving statistics are the mean of the
   * workers'. With one worker, or none, it changes nothing. TensorFlow.js's own batch normalization
   * cannot, and is refused: `layers.batchNormalization` can.
   *
   * @default {false}
   */
  synchronizedBatchNorm?: boolean | undefined;
}
