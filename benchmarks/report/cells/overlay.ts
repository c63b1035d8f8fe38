/**
 * Labels over the image that they are of: the one way in which reports and `predict` show them.
 *
 * @module
 */
import { vocColor, vocIgnored } from "../../../datasets/masks/palette.ts";
import { colorOf } from "../../../datasets/masks/palette_labels.ts";
import type { DataRecord } from "../../record/mod.ts";
import type { Image } from "../document.ts";
import { classColor, ignoredColor, type Rgb } from "./palette.ts";

/** How much of an overlay is the label's color; the rest is the image in gray. */
const opacity = 0.5;

/**
 * Labels in color over the image in gray; ignored pixels have their color alone.
 *
 * @param image RGB pixels
 * @param labels one a pixel: 0 = ignored, else 1 + class
 * @param coding that of the data's masks, as recorded
 */
export function overlay(
  { width, height, data }: Image,
  labels: Uint8Array,
  coding: DataRecord["coding"],
): Image {
  const mixed = new Uint8Array(data.length);
  labels.forEach((label, i) => {
    const color = labelColor(label, coding);
    const gray = 0.299 * data[3 * i]! + 0.587 * data[3 * i + 1]! + 0.114 * data[3 * i + 2]!;
    const mix = (value: number) => Math.round(opacity * value + (1 - opacity) * gray);
    mixed.set(label === 0 ? color : color.map(mix), 3 * i);
  });
  return { width, height, data: mixed };
}

/** The color of a label, 0 = ignored, else 1 + class: the data's own where their masks have colors. */
export function labelColor(label: number, coding: DataRecord["coding"]): Rgb {
  if (coding === "voc") return vocColor(label === 0 ? vocIgnored : label - 1);
  const own = typeof coding === "object" ? colorOf(coding, label - 1) : undefined;
  if (own !== undefined) return own;
  return label === 0 ? ignoredColor : classColor(label - 1);
}
