/**
 * A loader that also counts what its masks hold, on the same workers.
 *
 * @module
 */
import { DataError } from "../errors.ts";
import { addCounts, countsLength, type LabelCounts } from "../label_counts.ts";
import type { JobResult } from "./job.ts";
import type { Loader } from "./options.ts";
import { type LoaderParts, OrderedLoader, type Source } from "./ordered_loader.ts";
import { type BadImage, SkipList } from "./skip.ts";

/** A loader of images and masks. */
export interface SegmentationLoader extends Loader {
  /**
   * Counts the labels of all masks of the split. Of the images no pixel is decoded.
   *
   * @param classes how many classes there are
   * @returns the counts; masks that cannot be used are left out where `skipBad` allows it
   * @throws {DataError} if more masks than `skipBad` cannot be used, or all of them
   */
  countLabels(classes: number): Promise<LabelCounts>;
}

/** Masks that a worker counts before it answers: enough that messages cost little beside decoding. */
const masksPerJob = 16;

/** The loader of images and masks. */
export class MaskLoader extends OrderedLoader implements SegmentationLoader {
  readonly #parts: LoaderParts;

  /** @param parts as {@linkcode OrderedLoader} takes them */
  constructor(parts: LoaderParts) {
    super(parts);
    this.#parts = parts;
  }

  async countLabels(classes: number): Promise<LabelCounts> {
    const { source, plan, pool } = this.#parts;
    const tally = new Tally(classes, source);
    const abort = new AbortController();
    let next = 0;
    const drain = async () => {
      // Jobs begin in order, so that the first bad mask of the split is met whatever worker has it.
      while (next < source.length && tally.bad.length <= plan.skipBad) {
        const first = next;
        next = Math.min(first + masksPerJob, source.length);
        const items = Array.from({ length: next - first }, (_, i) => source.item(first + i));
        tally.add(first, items.length, await pool.run({ classes, items }, abort.signal));
      }
    };
    try {
      await Promise.all(Array.from({ length: Math.max(1, plan.workers) }, drain));
    } finally {
      abort.abort();
    }
    return tally.finish(plan.skipBad);
  }
}

/** The sums so far. */
class Tally {
  /** The masks that cannot be used. */
  readonly bad: BadImage[] = [];
  readonly #counts: LabelCounts;
  readonly #orientations = new Map<number, number>();

  constructor(private readonly classes: number, private readonly source: Source) {
    const [pixels, resized] = [new Float64Array(classes), new Float64Array(classes)];
    this.#counts = { masks: 0, pixels, ignored: 0, resized, oriented: [] };
  }

  /** Adds what a job counted, of so many masks from index `first` on. */
  add(first: number, masks: number, { labels, failures }: JobResult): void {
    const reasons = new Map(failures.map(({ slot, reason }) => [slot, reason]));
    const length = countsLength(this.classes);
    for (let slot = 0; slot < masks; slot++) {
      const index = first + slot;
      const reason = reasons.get(slot);
      if (reason !== undefined) {
        this.bad.push({ index, reason });
        continue;
      }
      const row = labels.subarray(slot * length, (slot + 1) * length);
      const orientation = addCounts(this.#counts, row);
      if (orientation > 1) this.#orientations.set(index, orientation);
    }
  }

  /** The counts, where no more than `limit` masks are bad. */
  finish(limit: number): LabelCounts {
    const name = (index: number) => this.source.name(index);
    const bad = this.bad.toSorted((a, b) => a.index - b.index);
    new SkipList(limit).add(bad, name);
    if (bad[0] !== undefined && this.#counts.masks === 0) {
      throw new DataError(`${bad[0].reason}; none of the ${bad.length} can be used`);
    }
    const oriented = [...this.#orientations]
      .sort(([a], [b]) => a - b)
      .map(([index, orientation]) => ({ name: name(index), orientation }));
    return { ...this.#counts, oriented };
  }
}
