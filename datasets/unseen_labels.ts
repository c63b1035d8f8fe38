/**
 * Searches masks for classes, and stops as soon as all are found.
 *
 * @module
 */
import { readLabels } from "./masks/pair.ts";
import { DataError } from "./errors.ts";
import { generatorFor, permutation } from "./random.ts";
import type { Split } from "./sample.ts";

/**
 * More than ADE20k's training masks, each of which takes 5 ms: two minutes if a class is missing.
 */
const mostMasks = 25_000;

/** Labels that were not found, and how many masks were searched. */
export interface UnseenLabels {
  /** The labels that no mask holds, in order. */
  labels: number[];
  /** How many masks were searched. */
  masks: number;
}

/**
 * Finds those of `labels` that no mask of a split holds. Masks are decoded in random order, always
 * the same one, until all labels are found: a few tens if every class is common. Masks that cannot
 * be read are skipped.
 *
 * @param split the images and their masks; of files only the masks are read
 * @param labels what to search for
 * @param most the most masks to search
 * @returns the labels not found
 */
export async function unseenLabels(
  split: Split,
  labels: Iterable<number>,
  most: number = mostMasks,
): Promise<UnseenLabels> {
  const missing = new Set(labels);
  const order = permutation(generatorFor(split.length), split.length).subarray(0, most);
  let masks = 0;
  for (const index of order) {
    if (missing.size === 0) break;
    for (const label of await labelsAt(split, index)) missing.delete(label);
    masks++;
  }
  return { labels: [...missing].sort((a, b) => a - b), masks };
}

/** The labels of one mask; none if it cannot be read, which the loader reports. */
async function labelsAt(split: Split, index: number): Promise<Int16Array> {
  try {
    const entry = split.entry?.(index);
    return entry === undefined ? (await split.read(index)).labels : await readLabels(entry);
  } catch (error) {
    if (error instanceof DataError) return new Int16Array();
    throw error;
  }
}
