/**
 * The loader itself: submits jobs some parts ahead of its consumer, and yields their results in
 * order.
 *
 * @module
 */
import type { Item, Job } from "./job.ts";
import type { LoadedBatch, Loader, LoadingPlan, SkippedImage } from "./options.ts";
import { epochOrder, type Parts } from "./parts.ts";
import type { Pool } from "./pool.ts";
import { type BadImage, replaceFailures, SkipList } from "./skip.ts";

/** What a loader needs to know of a split. */
export interface Source {
  /** Images. */
  readonly length: number;
  /** What a job needs to know of an image. */
  item(index: number): Item;
  /** An image's name. */
  name(index: number): string;
}

/** Everything that makes a loader. */
export interface LoaderParts {
  source: Source;
  plan: LoadingPlan;
  parts: Parts;
  pool: Pool;
  train: boolean;
  seed: number;
  /** `[height, width, 3]`. */
  imageShape: readonly [number, number, 3];
  /** `[]` or `[height, width]`. */
  labelShape: readonly number[];
}

/** A part that is ready, with the bad images that turned up on the way. */
interface Prepared {
  batch: LoadedBatch;
  bad: BadImage[];
}

/** What the parts of one epoch have in common. */
interface Epoch {
  epoch: number;
  indexAt: (place: number) => number;
  signal: AbortSignal;
}

/**
 * Order depends on `(seed, epoch)` alone and an image's augmentation on `(seed, epoch, index)`;
 * results come in the order of the jobs. So an epoch always gives the same batches, whichever
 * thread prepares them.
 */
export class OrderedLoader implements Loader {
  readonly batchesPerEpoch: number;
  readonly microbatchesPerBatch: number;
  readonly #given: LoaderParts;
  readonly #skips: SkipList;

  constructor(given: LoaderParts) {
    this.#given = given;
    this.#skips = new SkipList(given.plan.skipBad);
    this.batchesPerEpoch = given.parts.batchesPerEpoch;
    this.microbatchesPerBatch = given.parts.perBatch;
  }

  get skipped(): readonly SkippedImage[] {
    return this.#skips.images;
  }

  async *batches(epoch: number, firstBatch = 0): AsyncGenerator<LoadedBatch, void, void> {
    checkStart(epoch, firstBatch);
    const { source, plan, parts, pool, train, seed } = this.#given;
    const abort = new AbortController();
    const indexAt = epochOrder(source.length, train, seed, epoch);
    const context = { epoch, indexAt, signal: abort.signal };
    const ahead: Promise<Prepared>[] = [];
    let part = firstBatch * parts.perBatch;
    try {
      while (true) {
        pool.checkOpen();
        while (ahead.length <= plan.prefetch && part < parts.count) {
          ahead.push(unheard(this.#prepare(part++, context)));
        }
        const next = ahead.shift();
        if (next === undefined) return;
        const { batch, bad } = await next;
        this.#skips.add(bad, (index) => source.name(index));
        yield batch;
      }
    } finally {
      abort.abort();
      await Promise.allSettled(ahead);
    }
  }

  async close(): Promise<void> {
    await this.#given.pool.close();
  }

  async #prepare(part: number, { epoch, indexAt, signal }: Epoch): Promise<Prepared> {
    const { source, plan, parts, pool } = this.#given;
    const [start, end] = parts.range(part);
    const items = Array.from({ length: end - start }, (_, i) => source.item(indexAt(start + i)));
    const run = (job: Job) => pool.run(job, signal);
    const result = await run({ epoch, items });
    const limits = { limit: plan.skipBad, length: source.length };
    const bad = await replaceFailures(items, result, limits, async (index) => {
      const item = source.item(index);
      return { item, result: await run({ epoch, items: [item] }) };
    });
    const { images, labels } = result;
    const { imageShape, labelShape } = this.#given;
    const batch: LoadedBatch = {
      images,
      imageShape: [items.length, ...imageShape],
      labels,
      labelShape: [items.length, ...labelShape],
      names: items.map(({ index }) => source.name(index)),
    };
    return { batch, bad };
  }
}

/**
 * A promise whose failure is thrown where it is awaited, and ignored if the consumer stops before.
 */
function unheard<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

function checkStart(epoch: number, firstBatch: number): void {
  if ([epoch, firstBatch].every((value) => Number.isSafeInteger(value) && value >= 0)) return;
  throw new RangeError(
    `Cannot load batches as epoch and firstBatch must be integers >= 0: current values are ${epoch} ` +
      `and ${firstBatch}`,
  );
}
