/**
 * The record of `bench:ade20k`, `bench:imagenet` and `compare()`: arms that were trained, the merge
 * of their cells and of what these share.
 *
 * @module
 */
import * as v from "valibot";
import { base64, cell } from "./cell.ts";
import { grid, misplaced } from "./grid.ts";
import { count, headOf, json, texts } from "./head.ts";

const duration = v.pipe(v.number(), v.gtValue(0));

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
  /** Why it was left out, where it cannot be trained as it is set: it has no cells. */
  refused: v.exactOptional(v.string()),
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

const byte = v.pipe(count, v.maxValue(255));

/** The values of masks: PASCAL VOC's palette, a convention of numbers, or a palette of one's own. */
const coding = v.union([
  v.picklist(["voc", "from-zero", "from-zero,255-ignored"]),
  v.strictObject({
    /** Red, green, blue, and the label: −1 for ignored. */
    palette: v.array(
      v.strictTuple([byte, byte, byte, v.pipe(v.number(), v.integer(), v.minValue(-1))]),
    ),
  }),
]);

const data = v.strictObject({
  name: v.string(),
  classes: count,
  classNames: texts,
  /** What the values of its masks mean, where that is not ADE20k's coding. */
  coding: v.exactOptional(coding),
  /** The share of the images that is held out by their names, where the set has no parts. */
  validationShare: v.exactOptional(v.number()),
  /** The share of the training images, the last by name, that a pilot was evaluated on. */
  pilotShare: v.exactOptional(v.number()),
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

const fields = v.strictObject({
  ...headOf("cells"),
  /** The arms, the baseline first. */
  arms: v.array(arm),
  /** Where the arms are from, if they are a user's own. */
  source: v.exactOptional(source),
  /** What is compared with what; without it each arm with the first. */
  contrasts: v.exactOptional(v.array(contrast)),
  /** The axes that the arms lie on, where they lie on any. */
  grid: v.exactOptional(grid),
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

export const cellsRecord = v.pipe(
  fields,
  v.rawCheck(({ dataset, addIssue }) => {
    const message = dataset.typed ? misplaced(dataset.value) : undefined;
    if (message !== undefined) addIssue({ message });
  }),
);

/** What `result.json` holds where arms were trained. */
export type Result = v.InferOutput<typeof cellsRecord>;

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
