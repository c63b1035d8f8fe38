/**
 * The training transform of the published ADE20k recipe.
 *
 * @module
 */
import { resizeBilinear, resizeNearest } from "../images/resize.ts";
import { coin, type RandomGenerator, uniform } from "../random.ts";
import type { SegmentationSample } from "../sample.ts";
import { cutLabels, drawCrop } from "./crop.ts";
import { flipColumns, pad } from "./geometry.ts";
import { imagenetMean, normalize } from "./normalize.ts";
import { distort } from "./photometric.ts";

/** A network's input and target. */
export interface TransformedSample {
  /** Normalized RGB, `[size, size, 3]`. */
  image: Float32Array;
  /** Labels `[size, size]`; −1 where a pixel is ignored. */
  labels: Int32Array;
}

/** Options of the training transform. */
export interface TrainingTransformOptions {
  /** Side of the square result, in pixels. */
  size: number;
  /** Range of the random scale, both ends > 0 (default 0.5 to 2). */
  scaleRange?: readonly [low: number, high: number];
  /** Whether to flip half of the images (default true). */
  flip?: boolean;
  /** Whether to distort light and colour, or how far, a multiple of the recipe's (default true). */
  photometric?: boolean | number;
}

/** The default range of the random scale. */
const usualScales = [0.5, 2] as const;

/** The padding's colour: ImageNet's mean, truncated to integers (123, 116, 103). */
const fill = imagenetMean.map(Math.trunc);

/**
 * Resizes image and labels to a square of `int(size · s)` pixels, s ~ U(`scaleRange`) (the aspect
 * ratio is not kept); takes a crop of `size` (see {@linkcode drawCrop}); flips; distorts colours
 * (see {@linkcode distort}); pads what is smaller around its center, with the mean colour and
 * ignored labels; normalizes.
 *
 * Source: mosaicml/examples `examples/benchmarks/deeplab`.
 *
 * @example
 * ```ts
 * import { generatorFor } from "../random.ts";
 * import { transformForTraining } from "./training.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * const labels = Int16Array.of(0, -1, 1, 1);
 * const sample = { name: "a", width: 2, height: 2, image: new Uint8Array(12), labels };
 * const once = transformForTraining(sample, { size: 8 }, generatorFor(17, 0, 3));
 * deepEqual(once, transformForTraining(sample, { size: 8 }, generatorFor(17, 0, 3)));
 * ```
 *
 * @param sample the image and its labels
 * @param options size, scale and which changes are made
 * @param generator makes the random choices
 * @returns a network's input and target
 * @throws {RangeError} if `size` is not a positive integer, the range is empty or not positive, or
 * colours are to be distorted by less than 0 times
 */
export function transformForTraining(
  sample: SegmentationSample,
  options: TrainingTransformOptions,
  generator: RandomGenerator,
): TransformedSample {
  const { size, scaleRange: [low, high] = usualScales, flip = true, photometric = true } = options;
  checkTrainingOptions(options);
  const scaled = Math.max(1, Math.trunc(size * uniform(generator, low, high)));
  const resized = resizeNearest(sample.labels, sample.width, sample.height, scaled, scaled);
  const window = drawCrop(resized, scaled, size, generator);
  const picture = { width: sample.width, height: sample.height, data: sample.image };
  let rgb = resizeBilinear(picture, scaled, scaled, window).data;
  let labels = cutLabels(resized, scaled, window);
  if (flip && coin(generator)) {
    rgb = flipColumns(rgb, window.width, 3);
    labels = flipColumns(labels, window.width, 1);
  }
  if (photometric) rgb = distort(rgb, generator, Number(photometric));
  return {
    image: normalize(pad(rgb, window.width, size, fill)),
    labels: new Int32Array(pad(labels, window.width, size, [-1])),
  };
}

/**
 * Checks the options.
 *
 * @param options size and scale
 * @throws {RangeError} if `size` is not a positive integer, the range is empty or not positive, or
 * colours are to be distorted by less than 0 times
 */
export function checkTrainingOptions(
  { size, scaleRange: [low, high] = usualScales, photometric = true }: TrainingTransformOptions,
): void {
  if (!Number.isInteger(size) || size < 1) {
    throw new RangeError(
      `Cannot transformForTraining as size must be an integer > 0: current value is ${size}`,
    );
  }
  if (!(low > 0 && low <= high && high < Infinity)) {
    throw new RangeError(
      `Cannot transformForTraining as scaleRange must be two rising numbers > 0: current value is ` +
        `${low}, ${high}`,
    );
  }
  if (!(Number(photometric) >= 0 && Number(photometric) < Infinity)) {
    throw new RangeError(
      "Cannot transformForTraining as photometric must be true, false or a number >= 0: current " +
        `value is ${photometric}`,
    );
  }
}
