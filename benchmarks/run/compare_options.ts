/**
 * What a program may ask of `compare()`: the types, with their docs.
 *
 * @module
 */
import type { LabelConvention } from "../../datasets/segmented.ts";
import type { ModelFactory, OwnArm } from "../experiments/arm.ts";
import type { Contrast } from "../experiments/contrasts.ts";
import type { SegmentationProfile } from "../experiments/profiles/ade20k.ts";
import type { ClassificationProfile } from "../experiments/profiles/imagenet.ts";
import type {
  MicrobatchClassificationProfile,
  MicrobatchSegmentationProfile,
} from "../experiments/profiles/microbatch.ts";
import type { NormsProfile } from "../experiments/profiles/norms.ts";
import type { SmoothnessProfile } from "../experiments/profiles/smoothness.ts";
import type { RunEvent } from "./run_event.ts";

/** The profiles of the suites whose task, data and recipe {@linkcode compare} can take. */
export interface ComparedProfiles {
  /** Segmentation: mIoU on a data set in ADE20k's or PASCAL VOC's layout. */
  ade20k: SegmentationProfile;
  /** Classification: top-1 on a data set in any layout of `bench:imagenet`. */
  imagenet: ClassificationProfile;
  /** The same, with the normalizations of `bench:norms`. */
  norms: NormsProfile;
  /** The same; arms that cannot be trained over so few images are left out, and told. */
  microbatch: MicrobatchClassificationProfile;
  /** Segmentation; arms that cannot be trained over so few images are left out, and told. */
  "microbatch-segmentation": MicrobatchSegmentationProfile;
  /** Classification; each cell measures how smooth its loss is on the way. */
  smoothness: SmoothnessProfile;
}

/**
 * What {@linkcode compare} compares, and how. Each option of the suites' command lines is here, by the
 * name that it has there without dashes (`--skip-bad` is `skipBad`), but for `--set`, which is
 * `settings`, and for one arm `armSettings`, and `--dry-run`, which is {@linkcode planComparison}.
 */
export interface CompareOptions<S extends keyof ComparedProfiles = "ade20k"> {
  /**
   * The suite that it is done as: what is predicted of an image, how data are read and augmented, and
   * the recipe.
   *
   * @default {"ade20k"}
   */
  suite?: S;
  /**
   * Whose values training goes by: of seconds on generated images, or those for data sets.
   *
   * @default {"quick"}
   */
  profile?: "quick" | "proxy" | "paper";
  /**
   * Makes the model of the arms that have none of their own, with the same weights for the same seed:
   * logits `[batch, height, width, classes]` for segmentation, `[batch, classes]` for classification.
   *
   * @default the suite's own network
   */
  model?: ModelFactory;
  /**
   * The arms, the baseline first. Each may change algorithms, settings and the model; all but its name
   * is optional. Or a text as `--arms` takes it: names of the suite's arms with commas between, the
   * name of a set of them, or the path of a module that exports arms.
   */
  arms: readonly OwnArm<ComparedProfiles[S]>[] | string;
  /**
   * What is tested of the arms, in one family: pairs, or a factorial.
   *
   * @default each arm minus the first; those of the suite, of its arms
   */
  contrasts?: readonly Contrast[];
  /**
   * A data set's folder in a layout that the suite reads.
   *
   * @default generated images
   */
  data?: string;
  /**
   * Which numbers of masks are classes, and which is ignored: `"zero-is-ignored"` (1 to N, as in
   * ADE20k), `"from-zero"` or `"from-zero,255-ignored"` (as in Cityscapes' `labelTrainIds`). For
   * segmentation.
   *
   * @default {"zero-is-ignored"}; in PASCAL VOC's layout its palette
   */
  labels?: LabelConvention;
  /**
   * For masks in colours instead, the file that names the classes: `r g b name` a line. For
   * segmentation.
   */
  palette?: string;
  /**
   * The share of images that is held out by a hash of their names, > 0 and < 1, where the set has no
   * folders for training and validation. For segmentation.
   */
  validationShare?: number;
  /**
   * Makes a pilot, to choose settings by: the share of the training images, > 0 and < 1, that is
   * evaluated on, their last ones by name, of classified pictures of each class. The others are trained
   * on, and the validation images are left alone.
   */
  pilotShare?: number;
  /**
   * The seeds; each arm trains once with each. Whole numbers from 0 to 2³¹ − 2.
   *
   * @default the profile's: {[0, 1]} of most suites' `quick`
   */
  seeds?: number[];
  /**
   * Values of the profile to replace: image size, batch size, duration, learning rate, file of initial
   * weights, … Those of the suite's own network are refused where every model is yours.
   */
  settings?: Partial<ComparedProfiles[S]>;
  /**
   * Values of the profile for one arm alone, by its name, such as `{ ws: { learningRate: 0.4 } }`: for
   * arms that are named by a text. An arm of a list has them in its `settings`.
   */
  armSettings?: Readonly<Record<string, Partial<ComparedProfiles[S]>>>;
  /** The TensorFlow.js backend; the best that is there, by default. */
  backend?: string;
  /**
   * Which weights of each cell are kept in `out`: those of the last step, of the best evaluation, both
   * or none.
   *
   * @default {"last"}
   */
  keep?: "last" | "best" | "both" | "none";
  /**
   * The folder for results and reports.
   *
   * @default {"reports/latest/compare"}
   */
  out?: string;
  /**
   * Whether a run in `out` goes on: cells that are done are kept, others go on from their last
   * checkpoint. Begins one where there is none. Refused where the run there is another one.
   *
   * @default {false}
   */
  resume?: boolean;
  /**
   * Whether an earlier run in `out` is replaced. With `false` it is in the way, as it is for the
   * command line.
   *
   * @default {true}, unless it is resumed
   */
  force?: boolean;
  /**
   * Runs one part of the cells, `"2/4"` each fourth from the second on, into an `out` of its own;
   * {@linkcode mergeRuns} puts the parts together. The arms are timed in turn by the first.
   *
   * @default all cells
   */
  shard?: `${number}/${number}`;
  /**
   * The group that this process trains in: `"tf-config"` or `"slurm"`, as the variable `TF_CONFIG` or
   * those of Slurm's `srun` say. Each process of it makes the same call; the first one alone writes, and
   * calls `log` and `onProgress`. Each trains on its part of every batch.
   *
   * @default none: this process alone
   */
  workers?: "tf-config" | "slurm" | 1;
  /**
   * Threads that decode images, 0 for the main one alone.
   *
   * @default what fits the machine
   */
  loaderThreads?: number;
  /**
   * Whether the same seed gives the same weights however many cores there are, bit for bit: operations
   * of the tensorflow backend have one thread. Other instructions of a processor, and oneDNN on or off,
   * give others; a GPU is refused. A run that began so goes on so alone.
   *
   * @default {false}
   */
  deterministic?: boolean;
  /**
   * After how many hours the run is saved and ends, as if `signal` were aborted: its
   * {@linkcode ComparisonError} has `ending: "interrupted"`, and `resume: true` goes on. In a group of
   * workers the first one's clock counts.
   *
   * @default no limit
   */
  maxHours?: number;
  /**
   * How many images that cannot be read are passed over, and reported, before it is an error.
   *
   * @default {0}
   */
  skipBad?: number;
  /** A folder for TensorBoard's event files, one below it for each cell. */
  tensorboard?: string;
  /**
   * Whether a cell that diverged is an error, in the end; else it is a result.
   *
   * @default {false}
   */
  strict?: boolean;
  /**
   * Ends the run after the step that is under way, with a checkpoint: {@linkcode compare} rejects with
   * a {@linkcode ComparisonError}.
   */
  signal?: AbortSignal;
  /** Told of each step, evaluation and cell, and waited for. What it throws ends the run. */
  onProgress?: (event: RunEvent) => void | Promise<void>;
  /**
   * Takes the lines that say what a run does: warnings, failed cells, now and then how far it is.
   *
   * @default stderr, with a bar where that is a terminal
   */
  log?: (line: string) => void;
}
