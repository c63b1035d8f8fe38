/**
 * Generated pictures to time the reading of: large ones, and ones with a photograph's statistics.
 *
 * @module
 */
import { join } from "node:path";
import { generateSet } from "../../../datasets/generated/folder.ts";
import { generatePictures } from "../../../datasets/generated/pictures.ts";
import { encodeJpeg } from "../../../datasets/images/jpeg.ts";
import { generatorFor, type RandomGenerator, uniform } from "../../../datasets/random.ts";

/** ImageNet's most frequent size. */
const width = 500, height = 375;

/** With the noise below, files are as large as ImageNet's, 110 kB in the mean. */
const quality = 97;

/** Standard deviation of the finest grain, in bytes' units. */
const grain = 10;

/** Generated pictures of ten classes, about as large as ImageNet's: so many to train on. */
export async function largePictures(training: number): Promise<string> {
  const shape = { training, validation: 10, size: 432, classes: 10, seed: 0 };
  return await generatePictures(`.cache/pictures-432px-10-classes-${training}-10`, shape);
}

/** Writes JPEGs of 500×375 into `train/photo` unless they are there: the same ones each time. */
export async function writePhotos(dir: string, count: number): Promise<string> {
  return await generateSet(dir, {
    kind: "photos",
    version: 1,
    settings: { training: count, validation: 0, size: height, classes: 1, seed: 0 },
    files: [],
    folders: new Map([["train/photo", count]]),
    write: async (draft) => {
      for (let i = 0; i < count; i++) {
        const jpeg = await encodeJpeg(paintPhoto(generatorFor(i)), width, height, quality);
        const name = `${String(i).padStart(5, "0")}.JPEG`;
        await Deno.writeFile(join(draft, "train", "photo", name), jpeg);
      }
    },
  });
}

/**
 * Noise whose amplitude falls with its frequency as a photograph's does (1/f), mostly gray, with
 * a fine grain: RGB bytes `[height, width, 3]`.
 *
 * Source of the statistics: Field, _Relations between the statistics of natural images and the
 * response properties of cortical cells_, 1987.
 */
function paintPhoto(generator: RandomGenerator): Uint8Array {
  const values = new Float32Array(3 * width * height).fill(120);
  const add = (cell: number, amplitude: number, weights: readonly number[]) =>
    addLattice(values, cell, weights, () => uniform(generator, -amplitude, amplitude));
  for (let cell = 256; cell >= 2; cell /= 2) {
    add(cell, 0.32 * cell + 6, [1, 1, 1]);
    add(cell, 0.1 * cell, [1, -0.2, -0.8]);
  }
  const out = new Uint8ClampedArray(values.length);
  for (let i = 0; i < out.length; i += 3) {
    const noise = uniform(generator, -Math.sqrt(3), Math.sqrt(3)) * grain;
    for (let c = i; c < i + 3; c++) out[c] = (values[c] as number) + noise;
  }
  return new Uint8Array(out.buffer);
}

/** Adds a lattice of random values `cell` pixels apart, interpolated in between. */
function addLattice(
  values: Float32Array,
  cell: number,
  weights: readonly number[],
  node: () => number,
): void {
  const columns = Math.ceil(width / cell) + 1;
  const rows = Math.ceil(height / cell) + 1;
  const nodes = Float32Array.from({ length: columns * rows }, node);
  for (let y = 0, i = 0; y < height; y++) {
    const v = (y % cell) / cell, row = Math.floor(y / cell) * columns;
    for (let x = 0; x < width; x++) {
      const u = (x % cell) / cell, at = row + Math.floor(x / cell);
      const [a, b] = [nodes[at] as number, nodes[at + 1] as number];
      const [c, d] = [nodes[at + columns] as number, nodes[at + columns + 1] as number];
      const value = (a + (b - a) * u) * (1 - v) + (c + (d - c) * u) * v;
      for (const weight of weights) values[i++]! += weight * value;
    }
  }
}
