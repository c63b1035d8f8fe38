/**
 * A stateless piece of a loader's work: some images to read, transform and put side by side.
 *
 * @module
 */
import type { ImageEntry } from "../classified.ts";
import { DataError } from "../errors.ts";
import { countsLength } from "../label_counts.ts";
import type { SegmentationEntry } from "../sample.ts";

/** One image of a job. */
export interface Item {
  /** Its place in the split, which its augmentation depends on. */
  index: number;
  /** Where it is, and its class; absent if only the split can read it. */
  entry?: SegmentationEntry | ImageEntry;
}

/** Images to prepare, all in one epoch. */
export interface LoadJob {
  /** What augmentation depends on, with the image. */
  epoch: number;
  /** The images. */
  items: Item[];
}

/** Masks whose labels are to be counted; of their images no pixel is decoded. */
export interface CountJob {
  /** How many classes there are. */
  classes: number;
  /** The masks. */
  items: Item[];
}

/** Images, with masks where there are any, that are looked at: all that is wrong with each is told. */
export interface InspectJob {
  /** How many numbers describe an image, see inspection_row.ts. */
  rowLength: number;
  /** The images. */
  items: Item[];
}

/** A piece of work. */
export type Job = LoadJob | CountJob | InspectJob;

/** What a problem is of. */
export type ProblemOf = "image" | "mask" | "decoders";

/** An image that cannot be used. */
export interface Failure {
  /** Its place in the job. */
  slot: number;
  /** Why. */
  reason: string;
  /** What it is about; only where images are looked at. */
  of?: ProblemOf;
}

/** What a job makes. The parts of both arrays that belong to a failed item are undefined. */
export interface JobResult {
  /** `[items, …]`; empty where labels were counted. */
  images: Float32Array<ArrayBuffer>;
  /** `[items, …]`: labels, or rows of counts (see label_counts.ts, inspection_row.ts). */
  labels: Int32Array<ArrayBuffer>;
  /** In the order of their slots. */
  failures: Failure[];
}

/** How one item becomes a network's input and target. */
export interface Recipe {
  /** Numbers an image. */
  readonly imageLength: number;
  /** Numbers a label. */
  readonly labelLength: number;
  /**
   * Reads and transforms one image.
   *
   * @param item the image
   * @param epoch what augmentation depends on, with the image
   * @param image where its pixels go
   * @param labels where its labels go
   * @throws {DataError} if it is unusable
   */
  write(item: Item, epoch: number, image: Float32Array, labels: Int32Array): Promise<void>;
  /**
   * Counts the labels of one mask; absent where there are no masks.
   *
   * @param item the mask
   * @param row where the counts go, see `countMask`
   * @throws {DataError} if it is unusable
   */
  count?(item: Item, row: Int32Array): Promise<void>;
  /**
   * Looks at one image and its mask; absent where images are loaded.
   *
   * @param item the image
   * @param row where what is seen goes, see inspection_row.ts
   * @returns all that is wrong
   */
  inspect?(item: Item, row: Int32Array): Promise<Problem[]>;
}

/** Something that is wrong with an image or its mask. */
export type Problem = Required<Omit<Failure, "slot">>;

/**
 * Does a job.
 *
 * @param recipe what to do with each item
 * @param job the items
 * @returns what was made of them, and what failed with a `DataError`; anything else that the recipe
 *   throws ends the job
 */
export async function runJob(recipe: Recipe, job: Job): Promise<JobResult> {
  const { items } = job;
  const { imageLength, labelLength, write } = stepsOf(recipe, job);
  const images = new Float32Array(items.length * imageLength);
  const labels = new Int32Array(items.length * labelLength);
  const failures: Failure[] = [];
  for (const [slot, item] of items.entries()) {
    const image = images.subarray(slot * imageLength, (slot + 1) * imageLength);
    const label = labels.subarray(slot * labelLength, (slot + 1) * labelLength);
    try {
      const problems = await write(item, image, label) ?? [];
      failures.push(...problems.map((problem) => ({ slot, ...problem })));
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      failures.push({ slot, reason: error.message });
    }
  }
  return { images, labels, failures };
}

/** What a job does with each item, and how many numbers that gives. */
interface Steps {
  imageLength: number;
  labelLength: number;
  write(
    item: Item,
    image: Float32Array,
    labels: Int32Array,
  ): Promise<void | Problem[]> | undefined;
}

function stepsOf(recipe: Recipe, job: Job): Steps {
  if ("classes" in job) {
    const write: Steps["write"] = (item, _image, row) => recipe.count?.(item, row);
    return { imageLength: 0, labelLength: countsLength(job.classes), write };
  }
  if ("rowLength" in job) {
    const write: Steps["write"] = (item, _image, row) => recipe.inspect?.(item, row);
    return { imageLength: 0, labelLength: job.rowLength, write };
  }
  const { imageLength, labelLength } = recipe;
  const write: Steps["write"] = (item, image, labels) =>
    recipe.write(item, job.epoch, image, labels);
  return { imageLength, labelLength, write };
}
