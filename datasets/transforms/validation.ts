/**
 * The validation protocol of the published ADE20k recipe.
 *
 * @module
 */
import { resizeBilinear, resizeNearest } from "../images/resize.ts";
import type { SegmentationSample } from "../sample.ts";
import { normalize } from "./normalize.ts";
import type { TransformedSample } from "./training.ts";

/**
 * Resizes image (antialiased bilinear) and labels (nearest) to `size × size`, whatever their aspect
 * ratio, and normalizes. Scores are counted on the *resized* labels, so they are not comparable to
 * scores at full size.
 *
 * Source: mosaicml/examples `examples/benchmarks/deeplab`.
 *
 * @param sample the image and its labels
 * @param size the result's side, in pixels
 * @returns a network's input and target
 * @throws {RangeError} if `size` is not a positive integer
 */
export function transformForValidation(
  sample: SegmentationSample,
  size: number,
): TransformedSample {
  const { width, height, image, labels } = sample;
  return {
    image: normalize(resizeBilinear({ width, height, data: image }, size, size).data),
    labels: new Int32Array(resizeNearest(labels, width, height, size, size)),
  };
}
