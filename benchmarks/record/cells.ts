/**
 * The record of `bench:ade20k`, `bench:imagenet` and `compare()`: arms that were trained. A cell is
 * the unit of work: one arm with one seed. The record is the merge of cells and of what they share.
 *
 * @module
 */
import * as v from "valibot";
import { count, headOf, json, measured, positive, texts, time, warnings } from "./head.ts";

const duration = v.pipe(v.number(), v.gtValue(0));
const base64 = v.pipe(v.string(), v.base64());
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
  /** Raw durations of the steps after the warm-up, in ms. */
  stepDurationsMs: v.array(positive),
  /** How many steps, at the start and after each resuming, are not in `stepDurationsMs`. */
  warmupSteps: count,
  /** Examples a step. */
  batchSize: count,
  /** Examples whose gradients were taken at once; the whole batch where it is not told. */
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

const arm = v.strictObject({
  /** The short name: `baseline`, `ws`, `ws-all`. */
  name: v.string(),
  label: v.string(),
  /** The algorithms applied, in words, such as `WeightStandardization(nLastLayersIgnore=15)`. */
  algorithms: texts,
  description: v.string(),
  /** Values of the profile that it replaces, and the SHA-256 of a file that it begins from. */
  settings: v.exactOptional(v.record(v.string(), json)),
  /** The name of its own model, where it has one. */
  model: v.exactOptional(v.string()),
});

/** A weighted sum of arms that is asked about. */
const contrast = v.strictObject({
  name: v.string(),
  label: v.string(),
  /** By arm: a pair is +1 and −1, an interaction +1 −1 −1 +1. */
  weights: v.record(v.string(), v.number()),
});

const source = v.strictObject({
  /** As it was given, or relative to where the run was started. */
  path: v.string(),
  sha256: v.string(),
});

const data = v.strictObject({
  name: v.string(),
  classes: count,
  classNames: texts,
  /** Whether the data were generated: such a run never yields a verdict on a claim. */
  generated: v.boolean(),
  trainingCount: count,
  validationCount: count,
  /** SHA-256, in hex, of what was read. */
  identity: v.string(),
});

const constantPrediction = v.strictObject({
  class: count,
  /** In percent, where it is pixels that are classified. */
  mIoU: v.exactOptional(v.number()),
  /** In percent, where it is images. */
  top1: v.exactOptional(v.number()),
});

const overhead = v.strictObject({
  arm: v.string(),
  baseline: v.string(),
  /** Steps that were timed beside each other, in ms. */
  pairs: v.array(v.strictObject({ baselineMs: duration, armMs: duration })),
});

const panel = v.strictObject({
  /** Of the image, whose size is in pixels. */
  name: v.string(),
  width: count,
  height: count,
  /** Base64 of an 8-bit RGB PNG. */
  image: base64,
  /** Base64 of an 8-bit gray PNG: 0 = ignored, else 1 + class. */
  truth: base64,
});

export const cellsRecord = v.strictObject({
  ...headOf("cells"),
  /** The arms, the baseline first. */
  arms: v.array(arm),
  /** Where the arms are from, if they are a user's own. */
  source: v.exactOptional(source),
  /** What is compared with what; without it each arm with the first. */
  contrasts: v.exactOptional(v.array(contrast)),
  /** The seeds asked for. */
  seeds: v.array(count),
  data,
  /** The metric that decides; without it `mIoU`, else `top1`, else the first that there is. */
  mainMetric: v.exactOptional(v.string()),
  constantPrediction: v.exactOptional(constantPrediction),
  overhead: v.exactOptional(v.array(overhead)),
  /** The merged cells, by arm and seed. */
  cells: v.array(cell),
  panels: v.array(panel),
});

/** What `result.json` holds where arms were trained. */
export type Result = v.InferOutput<typeof cellsRecord>;

/** The record of one cell. */
export type CellRecord = v.InferOutput<typeof cell>;

/** What tells one cell from another. */
export type CellId = Pick<CellRecord, "arm" | "seed">;

/**
 * A cell is trained to its end, was given up (a loss that is not finite), ended by an error, or was
 * stopped. What broke or was stopped is gone on with by `--resume`.
 */
export type CellStatus = v.InferOutput<typeof status>;

/** Weights that a cell left in the run's folder. */
export type KeptWeights = v.InferOutput<typeof keptWeights>;

/** What a cell's model predicted for one of the record's {@linkcode Panel}s. */
export type Prediction = v.InferOutput<typeof prediction>;

/** One side of a comparison, as data. */
export type Arm = v.InferOutput<typeof arm>;

/** A user's program that a run's arms are from. */
export type Source = v.InferOutput<typeof source>;

/** What was trained and evaluated on. */
export type DataRecord = v.InferOutput<typeof data>;

/** What predicting one class everywhere would score, at best. */
export type ConstantPrediction = v.InferOutput<typeof constantPrediction>;

/** Interleaved step timings of one arm against the baseline. */
export type OverheadRecord = v.InferOutput<typeof overhead>;

/** A validation image and its truth, shown beside each arm's prediction. */
export type Panel = v.InferOutput<typeof panel>;
