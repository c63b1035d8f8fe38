/**
 * Bad images: which are skipped, and what replaces them. Neither depends on workers or prefetching.
 *
 * @module
 */
import { DataError } from "../errors.ts";
import type { Item, JobResult } from "./job.ts";
import type { SkippedImage } from "./options.ts";

/** A bad image that was due. */
export interface BadImage {
  /** Its place in the split. */
  index: number;
  /** What is wrong with it. */
  reason: string;
}

/**
 * The bad images that a loader has met, in the order in which its consumer would have received
 * them.
 */
export class SkipList {
  /** Those that were skipped, each once. */
  readonly images: SkippedImage[] = [];
  readonly #indices = new Set<number>();

  /** @param limit how many different ones may be skipped */
  constructor(private readonly limit: number) {}

  /**
   * Adds bad images, in order.
   *
   * @param bad the images
   * @param nameOf an image's name
   * @throws {DataError} at the first image beyond the limit
   */
  add(bad: readonly BadImage[], nameOf: (index: number) => string): void {
    for (const { index, reason } of bad) {
      if (this.#indices.has(index)) continue;
      if (this.#indices.size === this.limit) throw this.#tooMany(reason);
      this.#indices.add(index);
      this.images.push({ name: nameOf(index), reason });
    }
  }

  #tooMany(reason: string): DataError {
    if (this.limit === 0) return new DataError(reason);
    const names = this.images.map(({ name }) => name).join(", ");
    return new DataError(
      `${reason} (skipBad is ${this.limit}, and these were skipped before: ${names})`,
    );
  }
}

/**
 * Puts a good image in the place of each that failed: the next usable one of the split, by index,
 * with the augmentation that it has anywhere in this epoch.
 *
 * @param items the job's items; the good images are put into this list too
 * @param result what the job made; the good images are put into its arrays
 * @param limits how many images may be bad, and how many the split has
 * @param prepare reads and transforms one image
 * @returns the bad images that it met, in order; with more than `limit` it gives up, and
 *   `SkipList.add` throws
 * @throws {DataError} if no image of the split can be used
 */
export async function replaceFailures(
  items: Item[],
  result: JobResult,
  { limit, length }: { limit: number; length: number },
  prepare: (index: number) => Promise<{ item: Item; result: JobResult }>,
): Promise<BadImage[]> {
  const indexAt = (slot: number) => (items[slot] as Item).index;
  const known = new Map(result.failures.map(({ slot, reason }) => [indexAt(slot), reason]));
  const met: BadImage[] = [];
  const attempt = async (index: number, slot: number): Promise<string | undefined> => {
    const made = await prepare(index);
    const failure = made.result.failures[0];
    if (failure !== undefined) return failure.reason;
    result.images.set(made.result.images, slot * made.result.images.length);
    result.labels.set(made.result.labels, slot * made.result.labels.length);
    items[slot] = made.item;
    return undefined;
  };
  for (const { slot } of result.failures) {
    for (let index = indexAt(slot);; index = (index + 1) % length) {
      if (known.size > limit) return [...met, ...toList(known)];
      const reason = known.get(index) ?? await attempt(index, slot);
      if (reason === undefined) break;
      known.set(index, reason);
      met.push({ index, reason });
      if (known.size === length) {
        throw new DataError(`${reason}; none of the ${length} can be used`);
      }
    }
  }
  return met;
}

function toList(bad: ReadonlyMap<number, string>): BadImage[] {
  return Array.from(bad, ([index, reason]) => ({ index, reason }));
}
