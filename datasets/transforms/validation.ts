/** The validation protocol of the published ADE20k recipe. */
import { resizeBilinear, resizeNearest } from "../images/resize.ts";
import type { SegmentationSample } from "../sample.ts";
import { normalize } from "./normalize.ts";
import type { TransformedSample } from "./training.ts";

/**
 * Resizes image (antialiased bilinear) and labels (nearest) to `size × size`, whatever their aspect ratio, and
 * normalizes. Scores are counted on the *resized* labels, so they do not compare with scores at full size.
 *
 * Throws `RangeError` where `size` is no positive integer.
 *
 * Source: mosaicml/examples `examples/benchmarks/deeplab`.
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
