import type { Smoothness } from "../../src/training/smoothness.ts";
import type { Json } from "../record/mod.ts";

/** One side of the comparison. */
export interface ComparedArm {
  name: string;
  /** The name in tables and legends. */
  label: string;
  /** The algorithms applied, in words. */
  algorithms: string[];
  /** The profile's values that the arm replaces. */
  settings?: Record<string, Json>;
  /** The name of its own model, where it has one. */
  model?: string;
  /** Why it was left out, where it cannot be trained as it is set. */
  refused?: string;
}

/** Weights that a cell left in the run's folder. */
export interface ComparedWeights {
  /** The file's path in that folder. */
  path: string;
  /** In hex. */
  sha256: string;
  bytes: number;
  /** Optimizer steps taken before. */
  step: number;
}

/** One arm trained with one seed. */
export interface ComparedCell {
  /** The arm's name. */
  arm: string;
  seed: number;
  /** Trained to its end, given up as its loss was not finite, ended by an error, or stopped. */
  status: "done" | "failed" | "broken" | "interrupted";
  /** Why it failed, or broke. */
  error?: string;
  /** How many convolutions were standardized. */
  standardizedCount: number;
  /** How many trainable parameters there are. */
  parameterCount: number;
  /** The weights that the model was made with, as 64 bits of SHA-256 by name and shape. */
  initialWeights?: Record<string, string>;
  /** Those that the arm's algorithms changed, added or took away before the first step. */
  alteredWeights?: string[];
  /** Optimizer steps taken. */
  steps: number;
  /** The final metrics: `mIoU` and `pixelAccuracy` in percent, `finalLoss`, … */
  metrics: Record<string, number>;
  /** The IoU of each class in percent; null where the class is in neither truth nor prediction. */
  classIou: (number | null)[];
  /** Of the final evaluation: how many pixels or images of each class, by row, were taken for each. */
  confusion?: number[][];
  /** The weights kept: files in the run's folder. */
  weights?: { last?: ComparedWeights; best?: ComparedWeights };
  /** The training curve: the loss of a step, or the mean since the last point. */
  curve: { step: number; epoch: number; loss: number; learningRate: number }[];
  /** The evaluations, in order; `epoch` with a fraction. */
  evaluations: { step: number; epoch: number; metrics: Record<string, number> }[];
  /**
   * With `suite: "smoothness"`: how smooth the loss was at places of the training, after so many
   * optimizer steps and epochs.
   */
  smoothness?: (Smoothness & { step: number; epoch: number })[];
  /** Examples a step. */
  batchSize: number;
  /** Examples whose gradients were taken at once; the whole batch where it is left out. */
  microbatchSize?: number;
  /** Raw durations of the steps after the warm-up, in ms. */
  stepDurationsMs: number[];
  /** The most memory that the process held while the cell ran, in bytes. */
  peakBytes: number;
  /** The cell from start to end, with evaluations, in ms. */
  durationMs: number;
}

/**
 * What {@linkcode compare} returns: of the record in `result.json`, what programs may rely on. It is
 * written out, and not inferred from the schema as the record's types are, so that it has a page in
 * the reference.
 */
export interface ComparisonResult {
  /** The profile's values as run. */
  config: Record<string, Json>;
  /** The arms, the baseline first. */
  arms: ComparedArm[];
  /** What was tested, as weights over arms; without it each arm minus the first. */
  contrasts?: { name: string; label: string; weights: Record<string, number> }[];
  /** The seeds asked for. */
  seeds: number[];
  /** The metric that decides. */
  mainMetric?: string;
  /** By arm and seed. */
  cells: ComparedCell[];
  /** What was odd, and what to do about it. */
  warnings: { code: string; message: string; advice: string }[];
}
