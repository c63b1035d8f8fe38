/**
 * The data of the tasks on images: where generated ones lie, whether a set can be used, its record.
 *
 * @module
 */
import { join } from "node:path";
import { DataError } from "../../datasets/errors.ts";
import type { VisionProfile } from "../experiments/profiles/vision.ts";
import { UsageError } from "../ground/errors.ts";
import { counted, grouped } from "../ground/format.ts";
import type { DataRecord, Warning } from "../record/mod.ts";

/** Where generated images are kept between runs. */
const cacheFolder = ".cache";

/**
 * The folder for a profile's generated images.
 *
 * @param profile tells how many there are
 * @param name what is in it, with all that they depend on
 * @throws {UsageError} if the profile generates none, and so needs data
 */
export function generatedFolder(profile: VisionProfile, name: string): string {
  const { generatedTraining: training, generatedValidation: validation } = profile;
  if (training > 0 && validation > 0) return join(cacheFolder, `${name}-${training}-${validation}`);
  throw new UsageError(
    "Cannot run this profile as it needs a data set: give its folder by --data DIR " +
      "(datasets/README.md tells where to get it)",
  );
}

/** What all data sets have. */
interface DatasetFacts {
  root: string;
  classes: number;
  classNames: readonly string[];
  training: { readonly length: number };
  validation: { readonly length: number };
  pilotShare?: number;
  identity(): Promise<{ listSha256: string }>;
}

/**
 * Fails unless a network can be evaluated on a data set.
 *
 * @param words what errors say: where validation images belong, what the task is called, and how to
 * add a class
 * @throws {DataError} if it has no validation images, or one class alone
 */
export function checkUsable(
  { root, validation, classes }: DatasetFacts,
  words: { folders: string; task: string; classes: string },
): void {
  if (validation.length === 0) {
    throw new DataError(
      `Cannot evaluate on ${root} as it has no validation images: add ${words.folders}`,
    );
  }
  if (classes < 2) {
    throw new DataError(
      `Cannot ${words.task} ${root} as it has ${classes} class, and 2 or more are wanted: ` +
        words.classes,
    );
  }
}

/** The record of a data set, called `name` in the report. */
export async function dataRecord(
  dataset: DatasetFacts,
  name: string,
  generated: boolean,
): Promise<DataRecord> {
  return {
    name,
    classes: dataset.classes,
    classNames: [...dataset.classNames],
    ...(dataset.pilotShare !== undefined && { pilotShare: dataset.pilotShare }),
    generated,
    trainingCount: dataset.training.length,
    validationCount: dataset.validation.length,
    identity: (await dataset.identity()).listSha256,
  };
}

/** The warning that a data set without training images calls for; `folders` is where they belong. */
export function evaluationOnly(data: DataRecord, folders: string): Warning[] {
  if (data.trainingCount > 0) return [];
  return [{
    code: "evaluation-only",
    message: "The data set has no training images: the initial weights were evaluated, untrained",
    advice: `Give a data set with ${folders}`,
  }];
}

/** A part of a data set, by its images' files. */
interface Files {
  readonly length: number;
  entry?(index: number): { image: string };
}

/**
 * The warning that validation images call for which are trained on, too: lists may share images, as
 * PASCAL VOC's trainval and val do.
 */
export function trainedOnValidation(
  { training, validation }: { training: Files; validation: Files },
): Warning[] {
  const filesOf = (part: Files) =>
    Array.from({ length: part.length }, (_, i) => part.entry?.(i).image);
  const trained = new Set(filesOf(training));
  const shared =
    filesOf(validation).filter((file) => file !== undefined && trained.has(file)).length;
  if (shared === 0) return [];
  return [{
    code: "trained-on-validation",
    message: `${shared} of ${counted(validation.length, "validation image")} ${
      shared === 1 ? "is" : "are"
    } trained on, too: their scores tell nothing of images that were not seen`,
    advice: "Take another list for training, or take these images out of it; no claim is judged",
  }];
}

/**
 * The warning that a share calls for which few images can't show: names are hashed one by one, so that
 * an image never changes sides, and of 18 images a share of 0.2 may be one.
 */
export function unevenShare(
  { training, validation, validationShare: share, pilotShare }: {
    training: { readonly length: number };
    validation: { readonly length: number };
    validationShare?: number | undefined;
    pilotShare?: number | undefined;
  },
): Warning[] {
  if (share === undefined || pilotShare !== undefined) return []; // a pilot is not evaluated on them
  const images = training.length + validation.length;
  const seen = validation.length / images;
  if (seen > share / 2 && 1 - seen > (1 - share) / 2 && seen < 2 * share) return [];
  return [{
    code: "uneven-share",
    message: `A share of ${share} was to be held out, and ${grouped(validation.length)} of ` +
      `${counted(images, "image")} are: names are hashed one by one, and these are few`,
    advice: "Choose another share, or make folders for training and validation",
  }];
}
