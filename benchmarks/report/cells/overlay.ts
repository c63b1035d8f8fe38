/**
 * Labels over the image that they are of: the one way in which reports and `predict` show them.
 *
 * @module
 */
import type { Image } from "../document.ts";
import { classColor, ignoredColor, type Rgb } from "./palette.ts";

/** How much of an overlay is the label's color; the rest is the image in gray. */
const opacity = 0.5;

/**
 * Labels in color over the image in gray; ignored pixels are black.
 *
 * @param image RGB pixels
 * @param labels one a pixel: 0 = ignored, else 1 + class
 */
export function overlay({ width, height, data }: Image, labels: Uint8Array): Image {
  const mixed = new Uint8Array(data.length);
  labels.forEach((label, i) => {
    const color = labelColor(label);
    const gray = 0.299 * data[3 * i]! + 0.587 * data[3 * i + 1]! + 0.114 * data[3 * i + 2]!;
    const mix = (value: number) => Math.round(opacity * value + (1 - opacity) * gray);
    mixed.set(label === 0 ? color : color.map(mix), 3 * i);
  });
  return { width, height, data: mixed };
}

/** The color of a label: 0 = ignored, else 1 + class. */
export function labelColor(label: number): Rgb {
  return label === 0 ? ignoredColor : classColor(label - 1);
}
