/**
 * Where to take a training crop of random area and aspect ratio: torchvision's `RandomResizedCrop`.
 *
 * @module
 */
import type { Size, Window } from "../../src/pictures/picture.ts";
import { integer, type RandomGenerator, uniform } from "../random.ts";
import { roundHalfToEven } from "../../src/pictures/rounding.ts";

/** Options of the crop. */
export interface ResizedCropOptions {
  /** The smallest share of the picture's area, > 0 (default 0.08). */
  minArea?: number;
  /** The largest share, <= 1 (default 1). */
  maxArea?: number;
}

/** The smallest and the largest aspect ratio of a crop, width by height. */
const ratios = [3 / 4, 4 / 3] as const;

/** Draws of a crop that might fit into the picture before the center is taken. */
const tries = 10;

/**
 * Draws a window of a picture: its area is a uniform share of the picture's, the logarithm of its
 * aspect ratio uniform between those of 3/4 and 4/3, its place uniform. If ten windows do not fit,
 * it is the largest one at the center with an aspect ratio between 3/4 and 4/3.
 *
 * Source: `RandomResizedCrop.get_params` of torchvision 0.29, from Szegedy et al., Going Deeper
 * with Convolutions.
 *
 * @example
 * ```ts
 * import { generatorFor } from "../random.ts";
 * import { drawResizedCrop } from "./resized_crop.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * // A strip that no drawn window fits into: its center, 4/3 as wide as high.
 * const strip = { width: 1000, height: 9 };
 * const window = drawResizedCrop(strip, {}, generatorFor(0));
 * deepEqual(window, { x: 494, y: 0, width: 12, height: 9 });
 * ```
 *
 * @param picture the picture's size
 * @param options the range of areas
 * @param generator makes the draws
 * @returns the window
 * @throws {RangeError} unless 0 < minArea <= maxArea <= 1
 */
export function drawResizedCrop(
  { width, height }: Size,
  { minArea = 0.08, maxArea = 1 }: ResizedCropOptions,
  generator: RandomGenerator,
): Window {
  checkArea({ minArea, maxArea });
  const [low, high] = ratios.map(Math.log) as [number, number];
  for (let i = 0; i < tries; i++) {
    const area = width * height * uniform(generator, minArea, maxArea);
    const ratio = Math.exp(uniform(generator, low, high));
    const w = roundHalfToEven(Math.sqrt(area * ratio));
    const h = roundHalfToEven(Math.sqrt(area / ratio));
    if (w < 1 || w > width || h < 1 || h > height) continue;
    const y = integer(generator, 0, height - h);
    const x = integer(generator, 0, width - w);
    return { x, y, width: w, height: h };
  }
  return center({ width, height });
}

/** The largest window at the center whose aspect ratio is between the two. */
function center({ width, height }: Size): Window {
  const [low, high] = ratios;
  let [w, h] = [width, height];
  // A row or a column of pixels remains where torchvision would ask for an empty crop.
  if (width / height < low) h = Math.max(1, roundHalfToEven(width / low));
  else if (width / height > high) w = Math.max(1, roundHalfToEven(height * high));
  return { x: Math.floor((width - w) / 2), y: Math.floor((height - h) / 2), width: w, height: h };
}

/**
 * Checks the range of areas.
 *
 * @param options the range
 * @throws {RangeError} unless 0 < minArea <= maxArea <= 1
 */
export function checkArea({ minArea = 0.08, maxArea = 1 }: ResizedCropOptions): void {
  if (minArea > 0 && minArea <= maxArea && maxArea <= 1) return;
  throw new RangeError(
    `Cannot drawResizedCrop as minArea and maxArea must be 0 < minArea <= maxArea <= 1: current ` +
      `values are ${minArea} and ${maxArea}`,
  );
}
