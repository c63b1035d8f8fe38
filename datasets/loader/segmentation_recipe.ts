/**
 * One image and its mask, transformed by the published ADE20k recipe.
 *
 * @module
 */
import { readMask, readPair } from "../masks/pair.ts";
import { cached } from "../cache.ts";
import type { RgbImage } from "../../src/pictures/picture.ts";
import { countMask } from "../label_counts.ts";
import { generatorFor } from "../random.ts";
import type { SegmentationEntry, SegmentationSample } from "../sample.ts";
import { type TrainingTransformOptions, transformForTraining } from "../transforms/training.ts";
import { transformForValidation } from "../transforms/validation.ts";
import { pictureOpener } from "./decoder.ts";
import type { Recipe } from "./job.ts";

/** Settings of the segmentation recipe. */
export interface SegmentationSetup {
  kind: "segmentation";
  train: boolean;
  seed: number;
  transform: TrainingTransformOptions;
  /** Bytes of decoded images that this thread may keep. */
  cacheBytes: number;
  /** URL of a decoder's module. */
  decoder: string | undefined;
}

/**
 * Makes the recipe.
 *
 * @param setup its settings
 * @param readLocal reads a sample of a split that is not in files
 * @returns the recipe
 */
export function segmentationRecipe(
  { train, seed, transform, cacheBytes, decoder }: SegmentationSetup,
  readLocal?: (index: number) => Promise<SegmentationSample>,
): Recipe {
  const { size } = transform;
  // Starting a decoder takes time, and counting labels needs none.
  let reader: Promise<ReadSample> | undefined;
  const start = async () => cached(readLocal ?? await pairReader(decoder), cacheBytes);
  return {
    imageLength: 3 * size * size,
    labelLength: size * size,
    async write({ index, entry }, epoch, image, labels) {
      const read = await (reader ??= start());
      const sample = await read(index, entry as SegmentationEntry);
      const transformed = train
        ? transformForTraining(sample, transform, generatorFor(seed, epoch, index))
        : transformForValidation(sample, size);
      image.set(transformed.image);
      labels.set(transformed.labels);
    },
    async count({ index, entry }, row) {
      const mask = await (readLocal?.(index) ?? readMask(entry as SegmentationEntry));
      countMask(mask, size, row);
    },
  };
}

type ReadSample = (index: number, entry: SegmentationEntry) => Promise<SegmentationSample>;

async function pairReader(decoder: string | undefined): Promise<ReadSample> {
  const open = await pictureOpener(decoder);
  const decode = async (bytes: Uint8Array, file: string): Promise<RgbImage> => {
    const picture = await open(bytes, file);
    const { width, height } = picture;
    const { data } = await picture.decode({ x: 0, y: 0, width, height });
    // The decoder may overwrite its memory, and samples are kept.
    return { width, height, data: data.slice() };
  };
  return (_, entry) => readPair(entry, decode);
}
