/** Small data sets on disk, for the tests of readers and loaders. */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { encodeGrayPng, encodeRgbPng } from "../../datasets/images/png.ts";
import type { LabelCounts } from "../../datasets/label_counts.ts";
import { segmentationLoader } from "../../datasets/loader.ts";
import type { SegmentationSample, Split } from "../../datasets/sample.ts";

/** Runs `body` with an empty folder, which is removed afterwards. */
export async function withFolder(body: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await body(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** Writes a file and the folders above it. */
export async function put(dir: string, path: string, bytes: Uint8Array | string): Promise<void> {
  const file = join(dir, path);
  await Deno.mkdir(dirname(file), { recursive: true });
  await Deno.writeFile(file, typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes);
}

/** A mask of `values`, `[height, width]`, as a PNG. */
export function mask(width: number, height: number, values: number[]): Uint8Array {
  return encodeGrayPng(Uint8Array.from(values), width, height);
}

/** A gray picture as an RGB PNG. */
export function picture(width: number, height: number, level = 100): Uint8Array {
  return encodeRgbPng(new Uint8Array(3 * width * height).fill(level), width, height);
}

/** Writes an image of 4×2 pixels and its mask, by default with the labels 0 to 3. */
export async function putPair(
  dir: string,
  split: string,
  name: string,
  values: number[] = [0, 1, 2, 3, 0, 1, 2, 3],
): Promise<void> {
  await put(dir, `images/${split}/${name}.png`, picture(4, 2));
  await put(dir, `annotations/${split}/${name}.png`, mask(4, 2, values));
}

/** A split in memory, with a count of the reads. */
export function memorySplit(samples: SegmentationSample[]): Split & { reads: number } {
  return {
    length: samples.length,
    names: samples.map(({ name }) => name),
    reads: 0,
    read(index: number): Promise<SegmentationSample> {
      this.reads++;
      return Promise.resolve(samples[index] as SegmentationSample);
    },
  };
}

/** What a split's masks hold, counted in this thread. */
export async function countLabels(
  split: Split,
  classes: number,
  size: number,
): Promise<LabelCounts> {
  const loader = segmentationLoader(split, { batchSize: 1, size, train: false, workers: 0 });
  return await loader.countLabels(classes);
}

/** A sample in which every pixel of label `l` has the colour `(20 l, 100, 255 − 20 l)`. */
export function paintedSample(
  name: string,
  width: number,
  height: number,
  labelAt: (x: number, y: number) => number,
): SegmentationSample {
  const labels = Int16Array.from(
    { length: width * height },
    (_, i) => labelAt(i % width, Math.floor(i / width)),
  );
  const image = Uint8Array.from(
    [...labels].flatMap((label) => [20 * label, 100, 255 - 20 * label]),
  );
  return { name, width, height, image, labels };
}

/** Fails unless opening a set, and reading all of it, ends in a DataError with all of `messages`. */
export async function rejectsData(
  open: () => Promise<Record<"training" | "validation", Pick<Split, "length" | "read">>>,
  messages: readonly RegExp[],
): Promise<void> {
  const readAll = async () => {
    const set = await open();
    for (const split of [set.training, set.validation]) {
      for (let i = 0; i < split.length; i++) await split.read(i);
    }
  };
  await assert.rejects(readAll(), (error: Error) => {
    assert.equal(error.name, "DataError");
    for (const message of messages) assert.match(error.message, message);
    return true;
  });
}
