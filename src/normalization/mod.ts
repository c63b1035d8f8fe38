/**
 * Normalization layers by PyTorch's definitions, and the table by which models name them.
 *
 * @module
 */
import type * as tf from "../tf.ts";
import type { Initializer } from "../layers/stock.ts";
import { batchNormalization } from "./batch.ts";

/** What a model asks of a normalization layer. */
export interface NormalizationArgs {
  /** The layer's name. */
  name: string;
  /** What gives the scale its first values. */
  gammaInitializer: Initializer;
}

/** Makes a model's normalization layers, one at a time. */
export type NormalizationFactory = (args: NormalizationArgs) => tf.layers.Layer;

/** A normalization by its name in the table, or a factory of one's own. */
export type Normalization = string | NormalizationFactory;

const table: ReadonlyMap<string, NormalizationFactory> = new Map([
  ["batch", batchNormalization],
]);

/**
 * The factory that a model's option means.
 *
 * @param normalization a name, or a factory, which is returned as it is
 * @returns the factory
 * @throws {RangeError} if no normalization has that name
 */
export function normalizationFactory(normalization: Normalization): NormalizationFactory {
  if (typeof normalization === "function") return normalization;
  const factory = table.get(normalization);
  if (factory !== undefined) return factory;
  throw new RangeError(
    `Cannot find a normalization as the name must be one of ${[...table.keys()].join(", ")}: ` +
      `current value is ${JSON.stringify(normalization)}`,
  );
}

export * from "./batch.ts";
