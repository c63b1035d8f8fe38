/**
 * Looks at all images of a part of a set, and their masks, on workers, and never stops at one that is
 * wrong.
 *
 * @module
 */
import type { ImageEntry } from "./archives/entry.ts";
import { InspectionRow, rowLength } from "./inspection_row.ts";
import type { ProblemOf } from "./loader/job.ts";
import { localLane } from "./loader/lane.ts";
import { defaultWorkers } from "./loader/options.ts";
import { Pool } from "./loader/pool.ts";
import { makeRecipe, type Setup } from "./loader/recipe.ts";
import { workerLane } from "./loader/worker_lane.ts";
import type { SegmentationEntry } from "./sample.ts";

/** Images that are in files. */
export interface InspectedSplit {
  /** How many there are. */
  readonly length: number;
  /** Where each is, and its mask. */
  entry(index: number): SegmentationEntry | ImageEntry;
}

/** Options of {@linkcode inspect}. */
export interface InspectOptions {
  /** How many classes masks distinguish; undefined where there are no masks. */
  classes?: number | undefined;
  /** Whether images are decoded; otherwise their headers are read. Masks always are. */
  decode?: boolean;
  /** URL of a second decoder's module, which decodes JPEGs, too; see loader/decoder.ts. */
  decoder?: string | undefined;
  /** Threads; with 0 the caller's own (default: as for loaders). */
  workers?: number | undefined;
  /** Ends it early. */
  signal?: AbortSignal;
  /** Hears how many images are done. */
  onProgress?: (done: number) => void;
}

/** Something that is wrong with an image, its mask, or both. */
export interface InspectedProblem {
  /** The image's place in its part. */
  index: number;
  /** What it is about. */
  of: ProblemOf;
  /** The file, what was seen, what to do. */
  reason: string;
}

/** What was seen of a part. */
export interface Inspection {
  /** How many images it has. */
  length: number;
  /** What was seen of one. */
  row(index: number): InspectionRow;
  /** All that is wrong with single files, in the order of the images. */
  problems: InspectedProblem[];
}

/** Images that a worker looks at before it answers. */
const imagesPerJob = 16;

/**
 * Looks at all images.
 *
 * @param split where they are
 * @param options what is looked at, and by how many threads
 * @returns what was seen
 * @throws {Error} if the second decoder does not start, or the signal aborts
 */
export async function inspect(
  split: InspectedSplit,
  options: InspectOptions = {},
): Promise<Inspection> {
  const { classes, decode = false, decoder, workers = defaultWorkers(), onProgress } = options;
  const { signal = new AbortController().signal } = options;
  const length = rowLength(classes);
  const rows = new Int32Array(split.length * length);
  const problems: InspectedProblem[] = [];
  const setup: Setup = { kind: "inspection", decode, decoder };
  const open = () => workers > 0 ? workerLane(setup) : localLane(() => makeRecipe(setup));
  const pool = new Pool(open, Math.max(1, workers));
  let next = 0, done = 0;
  const drain = async () => {
    while (next < split.length) {
      signal.throwIfAborted();
      const first = next;
      next = Math.min(first + imagesPerJob, split.length);
      const count = next - first;
      const items = Array.from({ length: count }, (_, i) => {
        return { index: first + i, entry: split.entry(first + i) };
      });
      const result = await pool.run({ rowLength: length, items }, signal);
      rows.set(result.labels, first * length);
      for (const { slot, reason, of = "image" } of result.failures) {
        problems.push({ index: first + slot, of, reason });
      }
      onProgress?.(done += count);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.max(1, workers) }, drain));
  } finally {
    await pool.close();
  }
  problems.sort((a, b) => a.index - b.index);
  return {
    length: split.length,
    row: (index) => new InspectionRow(rows.subarray(index * length, (index + 1) * length)),
    problems,
  };
}
