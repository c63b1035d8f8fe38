import type * as tf from "../../tf.ts";
import { check } from "../../check.ts";
import { crossEntropyTerm } from "./cross_entropy.ts";
import { diceTerm } from "./dice.ts";
import { checkSmoothing, type SmoothedLabelOptions, softmaxLoss } from "./softmax_loss.ts";

/** A loss as the Trainer takes it: labels first, then the model's output. */
export type Loss = (labels: tf.Tensor, logits: tf.Tensor) => tf.Scalar;

/** Options of {@linkcode segmentation}. */
export interface SegmentationOptions extends SmoothedLabelOptions {
  /**
   * Weight of the cross entropy.
   *
   * @default {0.375}
   */
  crossEntropyWeight?: number | undefined;
  /**
   * Weight of the Dice loss.
   *
   * @default {1.125}
   */
  diceWeight?: number | undefined;
}

/**
 * The loss `crossEntropyWeight · crossEntropy + diceWeight · dice` over one softmax. The defaults
 * are those of mosaicml/examples `examples/benchmarks/deeplab`; a term of weight 0 costs nothing.
 * `labelSmoothing` is the cross entropy's: Dice counts overlaps, and keeps the labels as they are.
 *
 * @example
 * ```ts
 * import { losses, tf } from "@weight-standardization/tfjs";
 * import assert from "node:assert/strict";
 *
 * const loss = losses.segmentation({ ignoreLabel: 255 });
 * const labels = tf.fill([1, 2, 2], 255, "int32");
 * assert.equal(loss(labels, tf.zeros([1, 2, 2, 3])).dataSync()[0], 0);
 * ```
 *
 * @param options weights, and which pixels count
 * @returns the loss of int32 labels `[...]` and float32 logits `[..., classes]`, which throws as
 * {@linkcode softmaxLoss} does
 * @throws {RangeError} if a weight is negative or both are 0, or `labelSmoothing` not in `[0, 1]`
 */
export function segmentation(
  { crossEntropyWeight = 0.375, diceWeight = 1.125, ...options }: SegmentationOptions = {},
): Loss {
  const { ignoreLabel, labelSmoothing = 0 } = options;
  checkSmoothing("make a segmentation loss", labelSmoothing);
  checkWeight("crossEntropyWeight", crossEntropyWeight);
  checkWeight("diceWeight", diceWeight);
  const terms = [
    { name: "crossEntropy", weight: crossEntropyWeight, compute: crossEntropyTerm } as const,
    { name: "dice", weight: diceWeight, compute: diceTerm } as const,
  ].filter(({ weight }) => weight > 0);
  const requirement = "make a segmentation loss as crossEntropyWeight or diceWeight must be > 0";
  check(terms.length > 0, RangeError, requirement, "0 for both");
  const which = { ignoreLabel, labelSmoothing };
  return (labels, logits) => softmaxLoss("segmentation", labels, logits, terms, which);
}

function checkWeight(name: string, weight: number): void {
  const holds = weight >= 0 && Number.isFinite(weight);
  check(holds, RangeError, `make a segmentation loss as ${name} must be >= 0`, weight);
}
