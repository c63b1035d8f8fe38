import type * as tf from "../tf.ts";

/**
 * Checks that surgery is asked for on a model made of layers.
 *
 * @param model what was given
 * @param caller the function's name, for the message
 * @throws {TypeError} if it is none
 */
export function checkModel(model: tf.LayersModel, caller: string): void {
  if (!Array.isArray(model?.layers)) {
    throw new TypeError(
      `Cannot ${caller} as model must be a LayersModel or Sequential: current value is ${
        String(model)
      }; a GraphModel has none of its layers`,
    );
  }
}
