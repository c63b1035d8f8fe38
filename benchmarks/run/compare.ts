import { checkArms, completeArm, type OwnArm } from "../experiments/arms.ts";
import { runComparison } from "./comparison.ts";
import { checkCompareOptions } from "./compare_options.ts";
import { unknownName } from "../ground/errors.ts";
import { failureSummary } from "./failures.ts";
import { ade20k, imagenet } from "../tasks/suites.ts";
import type { CommonProfile } from "../experiments/profiles/common.ts";
import type { SegmentationProfile } from "../experiments/profiles/ade20k.ts";
import type { ClassificationProfile } from "../experiments/profiles/imagenet.ts";
import type { Result } from "../record/mod.ts";
import type { Finished } from "./run.ts";
import { checkNetworkSettings, type Setting, withValues } from "../experiments/settings.ts";
import type { Suite } from "../tasks/suite.ts";
import type { ModelFactory } from "../experiments/arm.ts";

/** The profiles of the suites whose task, data and recipe {@linkcode compare} can take. */
export interface ComparedProfiles {
  /** Segmentation: mIoU on a data set in ADE20k's layout. */
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
   * Makes the model, with the same weights for the same seed: logits
   * `[batch, height, width, classes]` for `ade20k`, `[batch, classes]` for `imagenet`.
   */
  model: ModelFactory;
  /** The arms, the baseline first; a label and a description are optional. */
  arms: readonly OwnArm[];
  /**
   * A data set's folder in a layout that the suite reads.
   *
   * @default generated images
   */
  data?: string;
  /**
   * The seeds; each arm trains once with each. Whole numbers from 0 to 2³¹ − 2.
   *
   * @default {[0, 1]}
   */
  seeds?: number[];
  /**
   * Values of the `quick` profile to replace: image size, batch size, duration, learning rate, … Those
   * of the suite's own network are refused, as the model is yours.
   */
  settings?: Partial<ComparedProfiles[S]>;
  /** The TensorFlow.js backend; the best that is there, by default. */
  backend?: string;
  /**
   * The folder for results and reports; an earlier run in it is replaced.
   *
   * @default {"reports/latest/compare"}
   */
  out?: string;
}

/**
 * Compares arms on one's own model: trains each with the same seeds, the same batches and the same
 * augmentation, and writes the same reports as `deno task bench:ade20k` or `bench:imagenet`.
 *
 * @param options the model, the arms, the data
 * @returns the result, as written to `result.json`
 * @throws {UsageError} if an option or a setting is unknown or not of its kind, two arms have one
 * name or begin from other weights, one is said to standardize and finds nothing to, the model's
 * output does not fit, or another run writes into the folder
 * @throws {DataError} if the data cannot be read
 * @throws {Error} if a cell, or the timing, broke by an error, which is its cause; the others were
 * run, and are in `out`. A cell that diverged is a result
 */
export async function compare<S extends keyof ComparedProfiles = "ade20k">(
  options: CompareOptions<S>,
): Promise<Result> {
  const name: S = options.suite ?? "ade20k" as S;
  checkCompareOptions(options);
  if (!Object.hasOwn(bySuite, name)) throw unknownName("suite", name, Object.keys(bySuite));
  return await bySuite[name](options);
}

const bySuite: {
  readonly [S in keyof ComparedProfiles]: (options: CompareOptions<S>) => Promise<Result>;
} = {
  ade20k: (options) => compareAs(ade20k, options),
  imagenet: (options) => compareAs(imagenet, options),
};

async function compareAs<P extends CommonProfile & { [K in keyof P]: Setting }>(
  suite: Suite<P>,
  options: Omit<CompareOptions, "suite" | "settings"> & { settings?: Partial<P> },
): Promise<Result> {
  const { model, data, backend, seeds, out = "reports/latest/compare" } = options;
  const arms = options.arms.map(completeArm);
  checkArms(arms, "arms");
  const { settings = {} as Partial<P> } = options;
  const profile = withValues(suite.profiles.quick!, settings);
  const replaced = Object.entries(settings).filter(([, value]) => value !== undefined);
  checkNetworkSettings(replaced.map(([key]) => key), suite.networkSettings);
  const outcome = await runComparison({
    suite: { ...suite, name: "compare", title: arms.map(({ label }) => label).join(" against ") },
    profileName: "quick",
    profile,
    arms,
    source: { model, ...(data !== undefined && { data }) },
    modelName: model.name || "given",
    ...(backend !== undefined && { backend }),
    ...(seeds !== undefined && { seeds }),
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
