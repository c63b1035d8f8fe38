/**
 * Where to take a training crop: a place that shows more than one class, if a few tries find one.
 *
 * @module
 */
import type { Window } from "../../src/pictures/picture.ts";
import { integer, type RandomGenerator } from "../random.ts";

/** Tries to find a good crop; the one after them is taken whatever it shows. */
const tries = 10;

/** In a good crop no class covers this share of the labelled pixels. */
const largestShare = 0.75;

/**
 * Draws a `crop × crop` window of labels `[size, size]` (all of them if `size <= crop`): up to ten
 * draws until one holds more than one class, and none on 75 % or more of the labelled pixels; else
 * the eleventh.
 *
 * @param labels `[size, size]`, −1 where a pixel is ignored
 * @param size their side, in pixels
 * @param crop the window's side, in pixels
 * @param generator makes the draws
 * @returns the window
 */
export function drawCrop(
  labels: Int16Array,
  size: number,
  crop: number,
  generator: RandomGenerator,
): Window {
  if (size <= crop) return { x: 0, y: 0, width: size, height: size };
  for (let i = 0; i < tries; i++) {
    const window = drawWindow(size, crop, generator);
    if (isMixed(labels, size, window)) return window;
  }
  return drawWindow(size, crop, generator);
}

function drawWindow(size: number, crop: number, generator: RandomGenerator): Window {
  const y = integer(generator, 0, size - crop);
  const x = integer(generator, 0, size - crop);
  return { x, y, width: crop, height: crop };
}

/**
 * Whether the window shows more than one class, and none on `largestShare` of the labelled pixels.
 *
 * @param labels `[size, size]`
 * @param size their side, in pixels
 * @param window the window
 * @returns whether it does
 */
export function isMixed(labels: Int16Array, size: number, window: Window): boolean {
  const counts = new Map<number, number>();
  let labelled = 0;
  for (let y = window.y; y < window.y + window.height; y++) {
    const row = y * size;
    // Runs of one label are long: count a run at a time.
    for (let x = window.x, end = window.x + window.width; x < end;) {
      const label = labels[row + x] as number;
      const start = x;
      while (x < end && labels[row + x] === label) x++;
      if (label < 0) continue;
      counts.set(label, (counts.get(label) ?? 0) + x - start);
      labelled += x - start;
    }
  }
  return counts.size > 1 && Math.max(...counts.values()) / labelled < largestShare;
}

/**
 * The part of labels `[…, width]` inside `window`.
 *
 * @param labels the labels
 * @param width how many a row has
 * @param window the window
 * @returns `[window.height, window.width]`
 */
export function cutLabels(labels: Int16Array, width: number, window: Window): Int16Array {
  const out = new Int16Array(window.width * window.height);
  for (let y = 0; y < window.height; y++) {
    const from = (window.y + y) * width + window.x;
    out.set(labels.subarray(from, from + window.width), y * window.width);
  }
  return out;
}
