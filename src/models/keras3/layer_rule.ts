/**
 * What is known of a class of Keras's layers, and what that may ask.
 *
 * @module
 */
import type { Config } from "./report.ts";

/** A shape, `null` where a size is not known. */
export type KerasShape = readonly (number | null)[];

/** What a rule may ask, and say, of a layer. */
export interface LayerContext {
  /** The shapes of the inputs of each call. */
  readonly inputShapes: readonly (readonly KerasShape[])[];
  /** Notes what keeps the layer from being loaded. */
  problem(what: string): void;
  /** Notes what is otherwise than in Keras. */
  note(what: string): void;
}

/** A layer of TensorFlow.js. */
export interface NewLayer {
  /** The name under which its class is registered. */
  readonly class_name: string;
  /** Its config, but for its name. */
  readonly config: Config;
}

/**
 * A weight: TensorFlow.js's name; Keras's where it is another; and the multiplier of a depthwise
 * kernel that Keras has as one with groups.
 */
export type LayerWeight = readonly [own: string, keras?: string, multiplier?: number];

/** What is known of a class of Keras's. */
export interface LayerRule {
  /** Its weights in Keras's order. */
  readonly weights: (
    config: Config,
    context: Pick<LayerContext, "inputShapes">,
  ) => readonly LayerWeight[];
  /** What takes its place: one layer, or a row of them. */
  readonly rewrite: (config: Config, context: LayerContext) => readonly NewLayer[];
}
