/** The recipes by name: what a worker is told when it starts. */
import type { SegmentationSample } from "../sample.ts";
import { classificationRecipe, type ClassificationSetup } from "./classification_recipe.ts";
import type { Recipe } from "./job.ts";
import { segmentationRecipe, type SegmentationSetup } from "./segmentation_recipe.ts";

/** A recipe and its settings. A plain object, so that it can be sent to a worker. */
export type Setup = SegmentationSetup | ClassificationSetup;

/**
 * Makes the recipe that `setup` describes.
 *
 * @param read reads a sample of a split that is not in files
 */
export async function makeRecipe(
  setup: Setup,
  read?: (index: number) => Promise<SegmentationSample>,
): Promise<Recipe> {
  return setup.kind === "segmentation"
    ? segmentationRecipe(setup, read)
    : await classificationRecipe(setup);
}
