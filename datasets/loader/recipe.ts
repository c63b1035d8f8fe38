/**
 * The recipes by name: a worker receives one when it starts.
 *
 * @module
 */
import type { SegmentationSample } from "../sample.ts";
import { classificationRecipe, type ClassificationSetup } from "./classification_recipe.ts";
import { inspectionRecipe, type InspectionSetup } from "./inspection_recipe.ts";
import type { Recipe } from "./job.ts";
import { segmentationRecipe, type SegmentationSetup } from "./segmentation_recipe.ts";

/** A recipe and its settings. A plain object, so that it can be sent to a worker. */
export type Setup = LoadSetup | InspectionSetup;

/** Those whose images are loaded. */
export type LoadSetup = SegmentationSetup | ClassificationSetup;

/**
 * Makes the recipe that `setup` describes.
 *
 * @param setup which recipe, and its settings
 * @param read reads a sample of a split that is not in files
 * @returns the recipe
 * @throws {Error} if the decoder does not start
 */
export async function makeRecipe(
  setup: Setup,
  read?: (index: number) => Promise<SegmentationSample>,
): Promise<Recipe> {
  switch (setup.kind) {
    case "segmentation":
      return segmentationRecipe(setup, read);
    case "classification":
      return await classificationRecipe(setup);
    case "inspection":
      return await inspectionRecipe(setup);
  }
}
