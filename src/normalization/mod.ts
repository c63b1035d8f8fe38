/**
 * Normalization layers by PyTorch's definitions, and the table by which models name them.
 *
 * @module
 */
import * as tf from "../tf.ts";
import { check } from "../check.ts";
import type { Initializer } from "../layers/stock.ts";
import { batchNormalization } from "./batch.ts";
import { batchChannelNormalization } from "./batch_channel.ts";
import { groupNormalization } from "./group.ts";
import { instanceNormalization } from "./instance.ts";
import { layerNormalization } from "./layer.ts";

/** What a model asks of a normalization layer. */
export interface NormalizationArgs {
  /** The layer's name. */
  name: string;
  /** What gives the scale its first values. */
  gammaInitializer: Initializer;
}

/** Makes a model's normalization layers, one at a time. */
export type NormalizationFactory = (args: NormalizationArgs) => tf.layers.Layer;

/**
 * A normalization by its name in the table, or your own factory:
 *
 * - `"batch"`: {@linkcode batchNormalization};
 * - `"group"`: {@linkcode groupNormalization} with 32 groups, fewer where 32 does not divide the
 *   channels or would leave less than two a group (`groups: "auto"`);
 * - `"layer"`: {@linkcode layerNormalization};
 * - `"instance"`: {@linkcode instanceNormalization} with scale and offset, where no map is a single
 *   pixel;
 * - `"batchChannel"`: {@linkcode batchChannelNormalization} by the batch's own statistics, with groups
 *   as `"group"` has them. The scale that a model initializes is that of its batch half;
 * - `"estimatedBatchChannel"`: the same by estimates (`estimate: true`), its form for microbatches, which
 *   trains on one value for each channel, too;
 * - `"none"`: a layer that gives its input back, so that a model has no normalization.
 *
 * Other settings take a factory: `(args) => groupNormalization({ ...args, groups: 8 })`.
 */
export type Normalization = string | NormalizationFactory;

const table: ReadonlyMap<string, NormalizationFactory> = new Map<string, NormalizationFactory>([
  ["batch", batchNormalization],
  ["group", (args) => groupNormalization({ ...args, groups: "auto" })],
  ["layer", layerNormalization],
  ["instance", (args) => instanceNormalization({ ...args, scale: true, center: true })],
  ["batchChannel", (args) => batchChannelNormalization({ ...args, groups: "auto" })],
  [
    "estimatedBatchChannel",
    (args) => batchChannelNormalization({ ...args, groups: "auto", estimate: true }),
  ],
  ["none", ({ name }) => tf.layers.activation({ name, activation: "linear" })],
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
  const requirement = `find a normalization as the name must be one of ${
    [...table.keys()].join(", ")
  }`;
  check(factory !== undefined, RangeError, requirement, JSON.stringify(normalization));
  return factory;
}

export * from "./batch.ts";
export * from "./batch_channel.ts";
export * from "./group.ts";
export type { Groups } from "./groups.ts";
export * from "./instance.ts";
export * from "./layer.ts";
