import type * as tf from "../../src/tf.ts";
import { checkValues, option } from "../cli/options.ts";
import { UsageError } from "../ground/errors.ts";
import { count, folder as folderKind, nameOf, text } from "../ground/value_kinds.ts";
import { readResult, whichWeights } from "../record/mod.ts";
import { compareOptions } from "../run/check_compare_options.ts";
import { inWords, programWords } from "../run/program_words.ts";
import { loadModel } from "../tasks/model_weights.ts";
import { keptCell, readWeights } from "./kept_cell.ts";

/** Whose weights {@linkcode loadWeights} loads. */
export interface LoadWeightsOptions {
  /** The arm's name. */
  arm: string;
  /**
   * The cell's seed.
   *
   * @default the first that kept such weights
   */
  seed?: number;
  /**
   * Those of the last step, or of the best evaluation.
   *
   * @default the last, or what else was kept
   */
  which?: "last" | "best";
}

const weightsOptions = {
  arm: option(text("NAME", "an arm's name"), "whose weights", { required: true }),
  seed: option(count(), "of which cell"),
  which: option(nameOf("which", whichWeights), "which of them"),
};

const words = programWords([...Object.keys(compareOptions), ...Object.keys(weightsOptions)], [
  "resume",
  "force",
]);

/**
 * Gives a model the weights that a cell of a run kept: all of them, or none. The model is made again
 * by the function that made the arm's, with the arm's algorithms applied (`applyWeightStandardization`
 * for `WeightStandardization`), and gives the same logits then, bit by bit, on the same backend.
 *
 * @param model the model, of the shape that the arm's had
 * @param folder the run's folder
 * @param options the arm, the seed, and which of its weights
 * @throws {UsageError} if there is no such cell, it kept no such weights, their file is not the one
 * that the record tells of, or they are another model's
 */
export async function loadWeights(
  model: tf.LayersModel,
  folder: string,
  options: LoadWeightsOptions,
): Promise<void> {
  const asked = checkValues<LoadWeightsOptions>(weightsOptions as never, options);
  folderKind.check(folder, "folder");
  if (!Array.isArray(model?.weights)) {
    throw new UsageError(`model wants a LayersModel: it is ${typeof model}`);
  }
  try {
    const { seed, which } = asked;
    const result = await readResult(folder);
    const kept = keptCell(result, { arm: asked.arm, run: folder, seed, which });
    loadModel(model, await readWeights(folder, kept, result));
  } catch (error) {
    throw inWords(error, words);
  }
}
