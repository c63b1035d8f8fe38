/**
 * Weight standardization for TensorFlow.js: convolutions whose kernels are rewritten to zero mean
 * and unit variance per output filter before each use, and trained through that.
 *
 * Importing this module registers repaired gradients and kernels in TensorFlow.js, for every model in
 * the program: see {@linkcode registerGradients}. Values that were right stay what they were. It also
 * makes 0 a seed like any other for initializers and `tf.data`, where upstream takes it for none, and
 * loads models of shared layers as they were saved.
 *
 * `tf` is the copy of TensorFlow.js that the library works with. Take it from here: a layer of one
 * copy does not go into a model of another.
 *
 * @example
 * ```ts
 * import { applyWeightStandardization, tf } from "@weight-standardization/tfjs";
 *
 * const model = tf.sequential({
 *   layers: [
 *     tf.layers.conv2d({ filters: 16, kernelSize: 3, inputShape: [32, 32, 3] }),
 *     tf.layers.batchNormalization(),
 *     tf.layers.globalAveragePooling2d({ dataFormat: "channelsLast" }),
 *     tf.layers.dense({ units: 10 }),
 *   ],
 * });
 * applyWeightStandardization(model); // train and predict as before
 * ```
 *
 * @module
 */
import { registerGradients } from "./src/gradients/register.ts";
import { repairCalls } from "./src/repair_calls.ts";
import { repairSeeds } from "./src/repair_seeds.ts";
import { extendWasm } from "./src/wasm/register.ts";

export * as tf from "./src/tf.ts";
export { registerGradients } from "./src/gradients/register.ts";
export * from "./src/standardization/mod.ts";
export * as layers from "./src/layers.ts";
export * as models from "./src/models/mod.ts";
export * as losses from "./src/training/losses.ts";
export * as metrics from "./src/training/metrics.ts";
export * as optimizers from "./src/training/optimizers.ts";
export * as schedules from "./src/training/schedules.ts";
export { WeightStandardization } from "./src/training/algorithms/weight_standardization.ts";
export type { Callback, Checkpointable } from "./src/training/callback.ts";
export { capture, type Captured } from "./src/training/capture.ts";
export { CaptureError } from "./src/training/recording/capture_error.ts";
export type { Checkpoint } from "./src/training/checkpoints/checkpoint.ts";
export { CheckpointError } from "./src/training/checkpoints/checkpoint_error.ts";
export type { Batch, Dataloader } from "./src/training/dataloader.ts";
export type { Duration } from "./src/training/duration.ts";
export type { EarlyStoppingOptions } from "./src/training/early_stopping.ts";
export type { Algorithm, Event, Logger, State } from "./src/training/engine.ts";
export {
  type History,
  NonFiniteError,
  NonFiniteLossError,
  NonFiniteWeightsError,
} from "./src/training/history.ts";
export type { MovingAverageOptions } from "./src/training/moving_average.ts";
export {
  applyRecomputed,
  type ApplyRecomputedOptions,
  type Recompute,
} from "./src/training/recomputation/apply_recomputed.ts";
export {
  measureSmoothness,
  type Smoothness,
  type SmoothnessOptions,
} from "./src/training/smoothness.ts";
export { Trainer, type TrainerOptions } from "./src/training/trainer.ts";
export {
  type Range,
  type Walk,
  type WalkFigures,
  walkFigures,
  type WalkPoint,
} from "./src/training/walk_figures.ts";

registerGradients();
repairSeeds();
repairCalls();
extendWasm();
export { type Agreed, checkAgreement } from "./src/training/workers/check_agreement.ts";
export { ClusterError, WorkerLostError } from "./src/training/workers/errors.ts";
export type { WorkerGroup } from "./src/training/workers/worker_group.ts";
