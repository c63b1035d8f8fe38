/** Looks for classes in masks, and stops as soon as all are found. */
import { readLabels } from "./ade20k/pair.ts";
import { DataError } from "./errors.ts";
import { generatorFor, permutation } from "./random.ts";
import type { Split } from "./sample.ts";

/** More than all of ADE20k's training masks, of which one takes 5 ms: two minutes, where a class is not there. */
const mostMasks = 25_000;

/** What was looked for in vain, and how far. */
export interface UnseenLabels {
  /** The labels that no mask holds, in order. */
  labels: number[];
  /** How many masks were looked at. */
  masks: number;
}

/**
 * Those of `labels` that no mask of a split holds. Masks are decoded in random order, always the same one, until all
 * labels are found: a few tens where every class is common. Masks that cannot be read are passed over.
 *
 * @param split the images and their masks, of which the masks alone are read where they lie in files
 * @param labels what to look for
 * @param most how many masks are looked at, at most
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

/** The labels of one mask; none where it cannot be read, which whoever loads it will say. */
async function labelsAt(split: Split, index: number): Promise<Int16Array> {
  try {
    const entry = split.entry?.(index);
    return entry === undefined ? (await split.read(index)).labels : await readLabels(entry);
  } catch (error) {
    if (error instanceof DataError) return new Int16Array();
    throw error;
  }
}
