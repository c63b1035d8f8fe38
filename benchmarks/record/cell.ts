/**
 * The record of a cell, the unit of work: one arm with one seed.
 *
 * @module
 */
import * as v from "valibot";
import { count, measured, positive, texts, time, warnings } from "./head.ts";
import { smoothness } from "./smoothness.ts";

export const base64 = v.pipe(v.string(), v.base64());
const metrics = v.record(v.string(), measured);

const status = v.picklist(["done", "failed", "broken", "interrupted"]);

/** Optimizer steps and epochs, with a fraction, that were taken. */
const place = { step: count, epoch: positive };

const curvePoint = v.strictObject({
  ...place,
  /** The training loss of this step, or the mean since the last point; NaN where it diverged. */
  loss: measured,
  learningRate: v.number(),
});

const evaluation = v.strictObject({
  ...place,
  /** By name: `mIoU`, `pixelAccuracy` and `meanClassAccuracy` in percent. */
  metrics,
});

const prediction = v.strictObject({
  /** The panel's name. */
  name: v.string(),
  /** Base64 of an 8-bit gray PNG: 0 = ignored, else 1 + class. */
  labels: base64,
});

const keptWeights = v.strictObject({
  /** The file's path in the run's folder. */
  path: v.string(),
  /** Its SHA-256, in hex. */
  sha256: v.string(),
  bytes: count,
  step: count,
});

export const cell = v.strictObject({
  arm: v.string(),
  /** The seed of initial weights, batches and augmentation, shared by all arms. */
  seed: count,
  status,
  error: v.exactOptional(v.string()),
  /** The algorithms applied, as written in the arm. */
  algorithms: texts,
  standardizedCount: count,
  convolutionCount: count,
  /** How many trainable parameters there are. */
  parameterCount: count,
  /**
   * The weights that the model was made with, before the arm's algorithms: 64 bits of SHA-256 by name
   * and shape, `conv1/kernel [3, 3, 3, 16]`. Under one seed they must be equal in all arms.
   */
  initialWeights: v.exactOptional(v.record(v.string(), v.string())),
  /** Those that the arm's algorithms changed, added or took away before the first step. */
  alteredWeights: v.exactOptional(texts),
  /** Optimizer steps taken. */
  steps: count,
  /** The final metrics: `mIoU`, `pixelAccuracy` and `meanClassAccuracy` in percent, `trainLoss`, … */
  metrics,
  /** The IoU of each class in percent; null where the class is in neither truth nor prediction. */
  classIou: v.array(v.nullable(v.number())),
  /** Of the final evaluation: how many pixels or images of each class, by row, were taken for each. */
  confusion: v.exactOptional(v.array(v.array(count))),
  /** The weights kept: of the last step, and of the best evaluation by the main metric. */
  weights: v.exactOptional(v.strictObject({
    last: v.exactOptional(keptWeights),
    best: v.exactOptional(keptWeights),
  })),
  /** The training curve, kept up to the end however the cell ended. */
  curve: v.array(curvePoint),
  evaluations: v.array(evaluation),
  /** Whether it stopped before its time, as its main metric did not become better. */
  stoppedEarly: v.exactOptional(v.boolean()),
  /** The step of the evaluation whose weights and metrics it ended with, where these are the best. */
  restoredStep: v.exactOptional(count),
  /** How smooth the loss was, where that was measured: in the order of the steps. */
  smoothness: v.exactOptional(smoothness),
  /** Raw durations of the steps after the warm-up, in ms. */
  stepDurationsMs: v.array(positive),
  /** How many steps, at the start and after each resuming, are not in `stepDurationsMs`. */
  warmupSteps: count,
  /** Examples a step. */
  batchSize: count,
  /** Examples whose gradients were taken at once; the whole batch where absent. */
  microbatchSize: v.exactOptional(count),
  /** `batchSize` over the median step; NaN where no step was timed. */
  imagesPerSecond: measured,
  /** The most memory that the process held while the cell ran, in bytes. */
  peakBytes: positive,
  /** What it held before, in bytes: the data, and what earlier cells left; a part of `peakBytes`. */
  bytesBefore: v.exactOptional(positive),
  /** Images that could not be read and were passed over, see `--skip-bad`. */
  skippedCount: v.exactOptional(count),
  /** The steps after which a run ended and another one went on. */
  resumedAt: v.exactOptional(v.array(count)),
  /** The cell from start to end, with evaluations, in ms. */
  durationMs: positive,
  startedAt: time,
  /** One for each panel of the record, or none. */
  predictions: v.exactOptional(v.array(prediction)),
  /** What the reader should know about this cell. */
  warnings,
});

/** The record of one cell. */
export type CellRecord = v.InferOutput<typeof cell>;

/** What tells one cell from another. */
export type CellId = Pick<CellRecord, "arm" | "seed">;

/**
 * A cell is trained to its end, was given up (a loss that is not finite), ended by an error, or was
 * stopped. `--resume` continues what broke or was stopped.
 */
export type CellStatus = v.InferOutput<typeof status>;

/** Weights that a cell left in the run's folder. */
export type KeptWeights = v.InferOutput<typeof keptWeights>;

/** What a cell's model predicted for one of the record's panels. */
export type Prediction = v.InferOutput<typeof prediction>;
