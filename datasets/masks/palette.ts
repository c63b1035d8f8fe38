/**
 * PASCAL VOC's colours, which its masks have as their palette.
 *
 * @module
 */
import type { Rgb } from "../images/png_samples.ts";

export type { Rgb } from "../images/png_samples.ts";

/** Classes of PASCAL VOC, the background included. */
export const vocClasses = 21;

/** The index of the border around objects, which is ignored. */
export const vocIgnored = 255;

/**
 * The colour of an index, by the rule of VOC's development kit (`VOClabelcolormap.m`): the index's
 * bits, three at a time from the lowest, are the bits of red, green and blue from the highest on.
 *
 * @example
 * ```ts
 * import { vocColor } from "./palette.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * deepEqual(vocColor(1), [128, 0, 0]);
 * deepEqual(vocColor(255), [224, 224, 192]);
 * ```
 *
 * @param index 0 to 255
 * @returns its colour
 */
export function vocColor(index: number): Rgb {
  const channel = (first: number) => {
    let value = 0;
    for (let bit = 0; bit < 8; bit++) value |= ((index >> (3 * bit + first)) & 1) << (7 - bit);
    return value;
  };
  return [channel(0), channel(1), channel(2)];
}

/** The colours of all 256 indices: the palette of a mask. */
export const vocPalette: readonly Rgb[] = Array.from(
  { length: 256 },
  (_, index) => vocColor(index),
);
