import type { LabelConvention } from "../../datasets/segmented.ts";
import * as common from "../cli/common.ts";
import { checkValues, option } from "../cli/options.ts";
import { armForm, completeArm, isArm, type ModelFactory, type OwnArm } from "../experiments/arm.ts";
import { type Contrast, contrastForm } from "../experiments/contrasts.ts";
import { UsageError } from "../ground/errors.ts";
import { kind, nameOf } from "../ground/value_kinds.ts";
import { runExperiment } from "./experiment.ts";
import { failureSummary } from "./failures.ts";
import { ade20k, imagenet } from "../tasks/suites.ts";
import type { CommonProfile } from "../experiments/profiles/common.ts";
import type { SegmentationProfile } from "../experiments/profiles/ade20k.ts";
import type { ClassificationProfile } from "../experiments/profiles/imagenet.ts";
import type { ComparisonResult } from "./comparison_result.ts";
import { maskOptions, sharedOptions } from "./options.ts";
import { ownArms } from "./modules.ts";
import type { Finished } from "./run_plan.ts";
import { checkNetworkSettings, type Settings, withValues } from "../experiments/settings.ts";
import { type Suite, suitesOwnModel } from "../tasks/suite.ts";
import { mainProgram } from "./source.ts";

/** The profiles of the suites whose task, data and recipe {@linkcode compare} can take. */
export interface ComparedProfiles {
  /** Segmentation: mIoU on a data set in ADE20k's or PASCAL VOC's layout. */
  ade20k: SegmentationProfile;
  /** Classification: top-1 on a data set in any layout of `bench:imagenet`. */
  imagenet: ClassificationProfile;
}

/** What {@linkcode compare} compares. */
export interface CompareOptions<S extends keyof ComparedProfiles = "ade20k"> {
  /**
   * The suite that it is done as: what is predicted of an image, how data are read and augmented, and
   * the recipe.
   *
   * @default {"ade20k"}
   */
  suite?: S;
  /**
   * Makes the model of the arms that have none of their own, with the same weights for the same seed:
   * logits `[batch, height, width, classes]` for `ade20k`, `[batch, classes]` for `imagenet`.
   *
   * @default the suite's own network
   */
  model?: ModelFactory;
  /**
   * The arms, the baseline first. Each may change algorithms, settings and the model; all but its name
   * is optional.
   */
  arms: readonly OwnArm<ComparedProfiles[S]>[];
  /**
   * What is tested of the arms, in one family: pairs, or a factorial.
   *
   * @default each arm minus the first
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
   * ADE20k), `"from-zero"` or `"from-zero,255-ignored"` (as in Cityscapes' `labelTrainIds`). For `ade20k`.
   *
   * @default {"zero-is-ignored"}; in PASCAL VOC's layout its palette
   */
  labels?: LabelConvention;
  /** For masks in colours instead, the file that names the classes: `r g b name` a line. For `ade20k`. */
  palette?: string;
  /**
   * The share of images that is held out by a hash of their names, > 0 and < 1, where the set has no
   * folders for training and validation. For `ade20k`.
   */
  validationShare?: number;
  /**
   * The seeds; each arm trains once with each. Whole numbers from 0 to 2³¹ − 2.
   *
   * @default {[0, 1]}
   */
  seeds?: number[];
  /**
   * Values of the `quick` profile to replace: image size, batch size, duration, learning rate, … Those
   * of the suite's own network are refused where every model is yours.
   */
  settings?: Partial<ComparedProfiles[S]>;
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
   * The folder for results and reports; an earlier run in it is replaced.
   *
   * @default {"reports/latest/compare"}
   */
  out?: string;
}

/**
 * Compares arms of one's own, on one's own model or the suite's: trains each with the same seeds, the
 * same batches and the same augmentation, and writes the same reports as `deno task bench:ade20k` or
 * `bench:imagenet`.
 *
 * @param options the model, the arms, the data
 * @returns the result, as written to `result.json`
 * @throws {UsageError} if an option or a setting is unknown, not of its kind or read by nothing, a
 * contrast is none of the arms', two arms have one name or begin from other weights, one is said to standardize and finds nothing to, the model's
 * output does not fit, or another run writes into the folder
 * @throws {DataError} if the data cannot be read
 * @throws {Error} if a cell, or the timing, broke by an error, which is its cause; the others were
 * run, and are in `out`. A cell that diverged is a result
 */
export async function compare<S extends keyof ComparedProfiles = "ade20k">(
  options: CompareOptions<S>,
): Promise<ComparisonResult> {
  const { suite, out } = checkValues(compareOptions, options);
  return await bySuite[suite as S]({ ...options, out });
}

const bySuite: {
  readonly [S in keyof ComparedProfiles]: (
    options: CompareOptions<S> & { out: string },
  ) => Promise<ComparisonResult>;
} = {
  ade20k: (options) => compareAs(ade20k, options),
  imagenet: (options) => compareAs(imagenet, options),
};

/** The options by the description that the command line has too. */
const compareOptions = {
  ...sharedOptions,
  ...maskOptions,
  suite: option(nameOf("suite", ["ade20k", "imagenet"] as const), "what it is done as", {
    default: "ade20k",
  }),
  model: option(
    kind({
      wanted: "a function that makes a model",
      is: (value): value is ModelFactory => typeof value === "function",
    }),
    "makes the models of the arms that have none of their own",
  ),
  arms: option(
    kind({
      wanted: `a list of arms, ${armForm}`,
      is: (value): value is OwnArm[] => Array.isArray(value) && value.every(isArm),
    }),
    "the arms, the baseline first",
    { required: true },
  ),
  contrasts: option(
    kind({
      wanted: `a list of contrasts, ${contrastForm}`,
      is: (value): value is Contrast[] => Array.isArray(value),
    }),
    "what is tested of the arms",
  ),
  settings: option(
    kind({
      wanted: "an object of a profile's values",
      is: (value): value is object => typeof value === "object" && value !== null,
    }),
    "values of the quick profile to replace",
  ),
  out: common.out("compare"),
} satisfies Record<keyof CompareOptions, unknown>;

async function compareAs<P extends CommonProfile & Settings<P>>(
  suite: Suite<P>,
  options: Omit<CompareOptions, "suite" | "settings" | "arms"> & {
    arms: readonly OwnArm<P>[];
    settings?: Partial<P>;
    out: string;
  },
): Promise<ComparisonResult> {
  const { model, data, backend, seeds, keep, out, settings = {} as Partial<P> } = options;
  const { labels, palette, validationShare } = options;
  if (labels !== undefined && palette !== undefined) {
    throw new UsageError(
      "Cannot take both labels and palette: in one masks' numbers are the classes, in the other their colours",
    );
  }
  const given = options.arms.map(completeArm);
  const { arms, contrasts } = ownArms(given, options.contrasts, "compare()");
  const profile = withValues(suite.profiles.quick!, settings);
  const replaced = Object.entries(settings).filter(([, value]) => value !== undefined);
  const isOwn = arms.every((arm) => arm.model !== undefined || model !== undefined);
  if (isOwn) checkNetworkSettings(replaced.map(([key]) => key), suite.networkSettings);
  const outcome = await runExperiment({
    suite: { ...suite, name: "compare", title: arms.map(({ label }) => label).join(" against ") },
    profileName: "quick",
    profile,
    arms,
    contrasts,
    model,
    ...{ data, labels, palette, validationShare },
    modelName: model === undefined ? suitesOwnModel : model.name || "given",
    program: await mainProgram(),
    backend,
    seeds,
    keep,
    out,
    resume: false,
    force: true,
    dryRun: false,
    command: "compare(…)",
  }, new AbortController().signal);
  const { result, errors: [cause] } = outcome as Finished; // no dry run was asked for
  if (cause !== undefined) {
    const failures = failureSummary(result);
    throw new Error(failures.join("\n") || `Timing the arms in turn broke: ${cause}`, { cause });
  }
  return result;
}
