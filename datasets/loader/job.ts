/** A stateless piece of a loader's work: some images to read, transform and lay side by side. */
import type { ImageEntry } from "../classified.ts";
import { DataError } from "../errors.ts";
import type { SegmentationEntry } from "../sample.ts";

/** One image of a job. */
export interface Item {
  /** Its place in the split, which its augmentation depends on. */
  index: number;
  /** Where it lies, and of what class it is; absent where the split alone can read it. */
  entry?: SegmentationEntry | ImageEntry;
}

/** Images to prepare, all in one epoch. */
export interface Job {
  epoch: number;
  items: Item[];
}

/** An image that cannot be used. */
export interface Failure {
  /** Its place in the job. */
  slot: number;
  /** What is wrong with it. */
  reason: string;
}

/** What a job makes. Where an image failed, its part of both arrays is undefined. */
export interface JobResult {
  /** `[items, …]`. */
  images: Float32Array<ArrayBuffer>;
  /** `[items, …]`. */
  labels: Int32Array<ArrayBuffer>;
  /** In the order of their slots. */
  failures: Failure[];
}

/** How one image becomes a network's input and target. */
export interface Recipe {
  /** Numbers an image. */
  readonly imageLength: number;
  /** Numbers a label. */
  readonly labelLength: number;
  /** Reads and transforms one image into both arrays. Throws `DataError` where it is unusable. */
  write(item: Item, epoch: number, image: Float32Array, labels: Int32Array): Promise<void>;
}

/** Does a job. Throws whatever the recipe throws that is no `DataError`. */
export async function runJob(recipe: Recipe, { epoch, items }: Job): Promise<JobResult> {
  const { imageLength, labelLength } = recipe;
  const images = new Float32Array(items.length * imageLength);
  const labels = new Int32Array(items.length * labelLength);
  const failures: Failure[] = [];
  for (const [slot, item] of items.entries()) {
    const image = images.subarray(slot * imageLength, (slot + 1) * imageLength);
    const label = labels.subarray(slot * labelLength, (slot + 1) * labelLength);
    try {
      await recipe.write(item, epoch, image, label);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      failures.push({ slot, reason: error.message });
    }
  }
  return { images, labels, failures };
}
