/** Small classified pictures on disk, good and bad, and loaders of them. */
import { join } from "node:path";
import type { ClassifiedSplit, ImageEntry } from "../../../datasets/classified.ts";
import { encodeJpeg } from "../../../datasets/images/jpeg.ts";
import { encodeRgbPng } from "../../../datasets/images/png.ts";
import type { LoadedBatch, Loader } from "../../../datasets/loader.ts";
import { generatorFor, integer } from "../../../datasets/random.ts";
import { put } from "../files.ts";

/** Noise of a random size. */
function noise(seed: number): { width: number; height: number; rgb: Uint8Array } {
  const generator = generatorFor(seed);
  const [width, height] = [integer(generator, 20, 60), integer(generator, 20, 60)];
  const rgb = Uint8Array.from({ length: 3 * width * height }, () => integer(generator, 0, 255));
  return { width, height, rgb };
}

/** Writes `count` pictures, every third one a PNG, and opens them; those in `bad` are cut off. */
export async function putPictures(
  dir: string,
  count: number,
  bad: readonly number[] = [],
): Promise<ClassifiedSplit> {
  for (let i = 0; i < count; i++) {
    const { width, height, rgb } = noise(i);
    const bytes = i % 3 === 2
      ? encodeRgbPng(rgb, width, height)
      : await encodeJpeg(rgb, width, height, 90);
    await put(dir, `${i}.JPEG`, bad.includes(i) ? bytes.subarray(0, bytes.length / 2) : bytes);
  }
  return splitOf(count, (index) => join(dir, `${index}.JPEG`));
}

/** A split of pictures that are whole files, of three classes. */
export function splitOf(length: number, fileOf: (index: number) => string): ClassifiedSplit {
  return {
    length,
    entry: (index): ImageEntry => {
      const [name, file] = [`p${index}`, fileOf(index)];
      return { name, label: index % 3, file, offset: 0, length: -1, encoding: "image" };
    },
  };
}

/** All parts of some epochs, each from its first wanted batch on. Closes the loader. */
export async function drain(
  loader: Loader,
  epochs: number[],
  firstBatch = 0,
): Promise<LoadedBatch[]> {
  const parts: LoadedBatch[] = [];
  try {
    for (const epoch of epochs) {
      for await (const part of loader.batches(epoch, firstBatch)) parts.push(part);
    }
  } finally {
    await loader.close();
  }
  return parts;
}

/** Names of the images of some parts. */
export function namesOf(parts: readonly LoadedBatch[]): string[] {
  return parts.flatMap(({ names }) => names);
}
