import type * as tf from "../../src/tf.ts";
import { RefusedArmError } from "../experiments/arm.ts";
import type { VisionProfile } from "../experiments/profiles/vision.ts";
import { UsageError } from "../ground/errors.ts";

/** How a step is cut into parts. */
type Sizes = Pick<VisionProfile, "batchSize" | "microbatchSize">;

/** Layers that refuse to normalize a single value for each channel, as PyTorch's do. */
const batchNormalizations = ["TorchBatchNormalization", "TorchBatchChannelNormalization"];

/**
 * Refuses parts that are larger than the batch that is cut into them: what was asked for would not be what
 * runs.
 *
 * @throws {UsageError} naming both settings
 */
export function checkParts({ batchSize, microbatchSize }: Sizes): void {
  if (microbatchSize <= batchSize) return;
  throw new UsageError(
    `Cannot train as microbatchSize must be <= batchSize, ${batchSize}: current value is ` +
      `${microbatchSize}; set microbatchSize=0 for the whole batch, or a larger batchSize`,
  );
}

/**
 * Refuses a model that cannot train on the parts that steps are cut into: where a part has a single image, batch
 * normalization of a map of one pixel has one value for each channel, and no variance.
 *
 * @throws {RefusedArmError} if a part has one image, and a batch normalization needs more
 */
export function checkSmallestPart(
  model: tf.LayersModel,
  profile: Sizes,
): void {
  if (smallestPart(profile) !== 1) return;
  const layer = model.layers.find(isPooled);
  if (layer === undefined) return;
  model.dispose();
  throw new RefusedArmError(
    `Cannot train as ${
      partText(profile)
    } one image, and batch normalization in ${layer.name} averages over a ` +
      `map of one pixel there: it wants 2 images or more`,
    advice(profile),
  );
}

/** Images in the last part of a batch, which is the smallest. */
function smallestPart(
  { batchSize, microbatchSize }: Sizes,
): number {
  if (microbatchSize === 0 || microbatchSize >= batchSize) return batchSize;
  return batchSize % microbatchSize || microbatchSize;
}

function partText(
  { batchSize, microbatchSize }: Sizes,
): string {
  return batchSize === 1
    ? "a batch (batchSize=1) has"
    : `the last part of a batch (batchSize=${batchSize}, microbatchSize=${microbatchSize}) has`;
}

function advice({ batchSize, microbatchSize }: Sizes): string {
  for (let size = Math.max(2, microbatchSize); batchSize > 1 && size > 1; size--) {
    if (batchSize % size !== 1) return `set microbatchSize=${size}, which leaves no rest of one`;
  }
  return batchSize > 2
    ? "set microbatchSize=2 and an even batchSize, or microbatchSize=0"
    : "set batchSize=2 or more, and microbatchSize=0";
}

/** Whether a normalization by the batch's statistics has one value for each image and channel. */
function isPooled(layer: tf.layers.Layer): boolean {
  if (!batchNormalizations.includes(layer.getClassName())) return false;
  if (layer.getConfig()["estimate"]) return false; // it trains by its moving statistics
  const shapes = layer.inboundNodes.flatMap(({ outputShapes }) => outputShapes as tf.Shape[]);
  return shapes.some((shape) => shape.slice(1, -1).every((size) => size === 1));
}
