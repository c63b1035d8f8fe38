/**
 * One classified picture, transformed by ImageNet's recipe.
 *
 * @module
 */
import { decodeEntry, type ImageEntry, placeOf, readEntry } from "../classified.ts";
import { generatorFor } from "../random.ts";
import {
  type ClassificationTransformOptions,
  renderView,
  viewForTraining,
  viewForValidation,
} from "../transforms/classification.ts";
import { decodedPicture, pictureOpener } from "./decoder.ts";
import type { Recipe } from "./job.ts";

/** Settings of the classification recipe. */
export interface ClassificationSetup {
  kind: "classification";
  train: boolean;
  seed: number;
  transform: ClassificationTransformOptions;
  /** The shorter side to which validation resizes. */
  resizeTo: number;
  /** URL of a decoder's module. */
  decoder: string | undefined;
}

/**
 * Makes the recipe.
 *
 * @param setup its settings
 * @returns the recipe
 * @throws {Error} if the decoder does not start
 */
export async function classificationRecipe(setup: ClassificationSetup): Promise<Recipe> {
  const { train, seed, transform, resizeTo, decoder } = setup;
  const open = await pictureOpener(decoder);
  const { size } = transform;
  return {
    imageLength: 3 * size * size,
    labelLength: 1,
    async write({ index, entry: anyEntry }, epoch, image, labels) {
      const entry = anyEntry as ImageEntry;
      const bytes = await readEntry(entry);
      const picture = entry.encoding === "image"
        ? await open(bytes, placeOf(entry))
        : decodedPicture(await decodeEntry(entry, bytes));
      const view = train
        ? viewForTraining(picture, transform, generatorFor(seed, epoch, index))
        : viewForValidation(picture, size, resizeTo);
      renderView(view, await picture.decode(view.needed), image);
      labels[0] = entry.label;
    },
  };
}
