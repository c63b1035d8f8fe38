import type * as tf from "../../src/tf.ts";
import type { Algorithm } from "../../src/training/engine.ts";

/** One side of a comparison. */
export interface ArmDefinition {
  /** The name on the command line and in result files. */
  name: string;
  /** The name in tables. */
  label: string;
  /** What it stands for, in a line. */
  description: string;
  /** What training is changed by; nothing for the baseline. */
  algorithms: readonly Algorithm[];
}

/** What one's own model is made for. */
export interface ModelContext {
  /** Classes that the logits must have. */
  classes: number;
  /** The input's shape without the batch, `[height, width, channels]`. */
  inputShape: [number, number, number];
  /**
   * The seed of the initial weights: the same seed must give the same weights. It is the cell's, but
   * 2³¹ − 1 for the cell's 0, which more than one library takes for "no seed".
   */
  seed: number;
}

/** Makes a model whose output is logits; a module given by `--model` exports one by default. */
export type ModelFactory = (context: ModelContext) => tf.LayersModel;
