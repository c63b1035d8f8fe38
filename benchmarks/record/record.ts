/**
 * What a suite records. A cell is the unit of work: one arm × one seed (× one row of a sweep), with
 * one record; a {@linkcode Result} is the merge of cell records and of what they share.
 *
 * A metric, a loss or a rate that is not finite is stored as `null` and read back as NaN.
 *
 * @module
 */

/** The version of the records that this code writes, and the only one that it reads. */
export const schemaVersion = 1;

/** Any value that JSON can hold. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Something that the reader of a result should know, with what to do about it. */
export interface Warning {
  /** A word for programs, such as `"few-seeds"`. */
  code: string;
  /** What was seen. */
  message: string;
  /** What to do about it. */
  advice: string;
}

/** One point of the training curve. */
export interface CurvePoint {
  /** Optimizer steps taken. */
  step: number;
  /** Epochs passed, with a fraction. */
  epoch: number;
  /** The training loss of this step, or the mean since the last point; NaN where it diverged. */
  loss: number;
  /** The learning rate of this step. */
  learningRate: number;
}

/** One evaluation during training. */
export interface Evaluation {
  /** Optimizer steps taken. */
  step: number;
  /** Epochs passed, with a fraction. */
  epoch: number;
  /** By name: `mIoU` and `pixelAccuracy` in percent, `loss`. */
  metrics: Record<string, number>;
}

/** What a cell's model predicted for one of the result's {@linkcode Panel}s. */
export interface Prediction {
  /** The panel's name. */
  name: string;
  /** Base64 of an 8-bit gray PNG: 0 = ignored, else 1 + class. */
  labels: string;
}

/**
 * A cell is trained to its end, was given up (a loss that is not finite), ended by an error, or was
 * stopped. What broke or was stopped is gone on with by `--resume`.
 */
export type CellStatus = "done" | "failed" | "broken" | "interrupted";

/** The record of one cell. */
export interface CellRecord {
  /** The name of one of the result's arms. */
  arm: string;
  /** The seed of initial weights, batches and augmentation, shared by all arms. */
  seed: number;
  /** The row of the sweep, such as `"batch=8"`. */
  sweep?: string;
  /** How the cell ended. */
  status: CellStatus;
  /** Why it failed, or broke. */
  error?: string;
  /** The algorithms applied, as written in the arm. */
  algorithms: string[];
  /** How many convolutions were standardized. */
  standardizedCount: number;
  /** How many convolutions there are. */
  convolutionCount: number;
  /** How many trainable parameters there are. */
  parameterCount: number;
  /**
   * The weights that the model was made with, before the arm's algorithms: 64 bits of SHA-256 by name
   * and shape, `conv1/kernel [3, 3, 3, 16]`. Under one seed they must be equal in all arms.
   */
  initialWeights?: Record<string, string>;
  /** Those that the arm's algorithms changed, added or took away before the first step. */
  alteredWeights?: string[];
  /** Optimizer steps taken. */
  steps: number;
  /** The final metrics: `mIoU` and `pixelAccuracy` in percent, `finalLoss`, … */
  metrics: Record<string, number>;
  /** The IoU of each class in percent; null where the class is in neither truth nor prediction. */
  classIou: (number | null)[];
  /** The training curve, kept up to the end however the cell ended. */
  curve: CurvePoint[];
  /** The evaluations, in order. */
  evaluations: Evaluation[];
  /** Raw durations of the steps after the warm-up, in ms. */
  stepDurationsMs: number[];
  /** How many steps, at the start and after each resuming, are not in `stepDurationsMs`. */
  warmupSteps: number;
  /** Examples a step. */
  batchSize: number;
  /** Examples whose gradients were taken at once; the whole batch where it is not told. */
  microbatchSize?: number;
  /** `batchSize` over the median step; NaN where no step was timed. */
  imagesPerSecond: number;
  /** The most memory that the process held while the cell ran, in bytes. */
  peakBytes: number;
  /** What it held before, in bytes: the data, and what earlier cells left; a part of `peakBytes`. */
  bytesBefore?: number;
  /** Images that could not be read and were passed over, see `--skip-bad`. */
  skippedCount?: number;
  /** The steps after which a run ended and another one went on. */
  resumedAt?: number[];
  /** The cell from start to end, with evaluations, in ms. */
  durationMs: number;
  /** ISO 8601. */
  startedAt: string;
  /** One for each panel of the result, or none. */
  predictions?: Prediction[];
  /** What the reader should know about this cell. */
  warnings: Warning[];
}

/** What tells one cell from another. */
export type CellId = Pick<CellRecord, "arm" | "seed" | "sweep">;

/** One side of a comparison, as data. */
export interface Arm {
  /** The short name: `baseline`, `ws`, `ws-all`. */
  name: string;
  /** The name in tables and legends. */
  label: string;
  /** The algorithms applied, in words, such as `WeightStandardization(nLastLayersIgnore=15)`. */
  algorithms: string[];
  /** One sentence. */
  description: string;
}

/** What was trained and evaluated on. */
export interface DataRecord {
  /** The name of the data set. */
  name: string;
  /** How many classes there are. */
  classes: number;
  /** Their names, in order. */
  classNames: string[];
  /** Whether the data were generated: such a run never yields a verdict on a claim. */
  generated: boolean;
  /** Images trained on. */
  trainingCount: number;
  /** Images evaluated on. */
  validationCount: number;
  /** SHA-256, in hex, of what was read. */
  identity: string;
}

/** What predicting one class everywhere would score, at best. */
export interface ConstantPrediction {
  /** The class that is predicted. */
  class: number;
  /** In percent, where it is pixels that are classified. */
  mIoU?: number;
  /** In percent, where it is images. */
  top1?: number;
}

/** Interleaved step timings of one arm against the baseline. */
export interface OverheadRecord {
  /** The arm timed. */
  arm: string;
  /** The arm that it is compared to. */
  baseline: string;
  /** Steps that were timed beside each other, in ms. */
  pairs: { baselineMs: number; armMs: number }[];
}

/** The machine and the versions. */
export interface Environment {
  deno: string;
  v8: string;
  typescript: string;
  tensorflowjs: string;
  /** The TensorFlow.js backend. */
  backend: string;
  /** The version of what computes behind it. */
  backendVersion: string;
  os: string;
  arch: string;
  /** The model of the processor. */
  cpu: string;
  /** Its vector and matrix instructions, such as `avx, fma, avx2`, or `unknown`. */
  instructionSets?: string;
  /** Cores that the process may use. */
  cores: number;
  memoryBytes: number;
  /** Of `tensorflow` on processors: whether it computes with oneDNN. */
  oneDnn?: boolean;
  /** The model of the accelerator used. */
  gpu?: string;
  /** The commit of this repository. */
  commit?: string;
  /** Whether the checkout had changes that are not committed. */
  dirty?: boolean;
}

/** A validation image and its truth, shown beside each arm's prediction. */
export interface Panel {
  /** The name of the image. */
  name: string;
  /** In pixels. */
  width: number;
  /** In pixels. */
  height: number;
  /** Base64 of an 8-bit RGB PNG. */
  image: string;
  /** Base64 of an 8-bit gray PNG: 0 = ignored, else 1 + class. */
  truth: string;
}

/** What `result.json` holds. */
export interface Result {
  schemaVersion: typeof schemaVersion;
  /** The suite, such as `ade20k`. */
  suite: string;
  /** The profile: `quick`, `proxy` or `paper`. */
  profile: string;
  /** One line on what was compared. */
  title: string;
  /** The profile's values as run. */
  config: Record<string, Json>;
  /** The arms, the baseline first. */
  arms: Arm[];
  /** The seeds asked for. */
  seeds: number[];
  data: DataRecord;
  /** The metric that decides; without it `mIoU`, else `top1`, else the first that there is. */
  mainMetric?: string;
  constantPrediction?: ConstantPrediction;
  overhead?: OverheadRecord[];
  environment: Environment;
  /** The command that repeats the run. */
  command: string;
  /** ISO 8601. */
  createdAt: string;
  /** The merged cells, by arm, sweep and seed. */
  cells: CellRecord[];
  panels: Panel[];
  /** What the reader should know about the whole run. */
  warnings: Warning[];
}
