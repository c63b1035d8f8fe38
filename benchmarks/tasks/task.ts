import type { BatchSlice, SkippedImage } from "../../datasets/loader.ts";
import type * as tf from "../../src/tf.ts";
import type { Dataloader } from "../../src/training/dataloader.ts";
import type { Metric } from "../../src/training/metrics.ts";
import type { Schedule } from "../../src/training/schedules.ts";
import type { Loss } from "../../src/training/losses.ts";
import type { ScheduledOptimizer } from "../../src/training/train_step.ts";
import type { ArmDefinition } from "../experiments/arm.ts";
import type { ConstantPrediction, DataRecord, Panel, Prediction, Warning } from "../record/mod.ts";
import type { InitialWeights } from "./initial_weights.ts";

/** A dataloader that may hold workers and files, and may pass over images. */
export interface ClosableDataloader extends Dataloader {
  /** The images that it has passed over so far, each once. */
  skipped?(): readonly SkippedImage[];
  /** Gives back what it holds. */
  close?(): Promise<void>;
}

/** Where, and how far off, the smoothness of a task's loss is measured. */
export interface SmoothnessAsked {
  /** At how many places of the training, evenly spread, its start and its end among them; >= 2. */
  points: number;
  /** Step sizes along the gradient. */
  stepSizes: readonly number[];
  /** Steps of the layerwise walk, as shares of each kernel's norm. */
  relativeSteps: readonly number[];
}

/** What a suite trains on what: all that the arms of a comparison share. */
export interface Task {
  readonly data: DataRecord;
  /** What a model that always says the same class would score. */
  readonly constantPrediction?: ConstantPrediction;
  /** Validation images for the prediction panel. */
  readonly panels: Panel[];
  /** Images a step. */
  readonly batchSize: number;
  /** Images that may be passed over, by all workers together; not limited by the task without. */
  readonly mostSkipped?: number;
  /** Decides the run's main metric, by its name in `metrics`. */
  readonly mainMetric: string;
  /** What the reader of the report must know. */
  readonly warnings: Warning[];
  /**
   * Batches to train on, the same for the same seed; none where the set has no training images.
   * Whoever asks for them closes them.
   *
   * @param slice which part of each batch; this worker's without
   */
  trainDataloader(seed: number, slice?: BatchSlice): ClosableDataloader | undefined;
  /** What metrics depend on beside the images, such as `"masks of 64 px"`. */
  readonly evaluatedOn?: string;
  /** Batches to evaluate on, every time the same images; who made the task closes them. */
  evalDataloader(): ClosableDataloader;
  /** What every model begins from, where it is a file. */
  readonly initialWeights?: InitialWeights;
  /**
   * A model with the initial weights of that seed.
   *
   * @param arm whose model it is, and what makes it in place of the suite's own
   */
  makeModel(seed: number, arm: Pick<ArmDefinition, "name" | "model">): tf.LayersModel;
  makeOptimizer(): ScheduledOptimizer;
  readonly schedule: Schedule;
  readonly loss: Loss;
  /** New metrics; of a `ConfusionMatrix` among them the record has the counts. */
  makeMetrics(): Metric[];
  /** How smooth its loss is, where that is measured on the way. */
  readonly smoothness?: SmoothnessAsked;
  /** What the model makes of the panels' images. */
  predict(model: tf.LayersModel): Promise<Prediction[]>;
}
