import type * as tf from "../../src/tf.ts";
import type { Values } from "./values.ts";

/** An op with arguments, and what it computes, in float64 and without TensorFlow.js. */
export interface Case {
  /** The op, then what is particular; no other case has that name. */
  name: string;
  /** The inputs, all with a gradient. */
  inputs: readonly Values[];
  /** The op of TensorFlow.js. */
  op(...inputs: tf.Tensor[]): tf.Tensor;
  /** The same values. Finite differences of these are the gradient. */
  reference(...inputs: Values[]): Values;
  /** What an error is measured against, for one that a float32 op can't do better. @default {2e-5} */
  tolerance?: number;
}
