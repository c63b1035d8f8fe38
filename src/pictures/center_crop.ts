/**
 * The part of a picture that validation sees: resized by its shorter side, and cropped at the
 * center.
 *
 * @module
 */
import type { Size, Window } from "./picture.ts";
import { roundHalfToEven } from "./rounding.ts";

/**
 * The size at which a picture's shorter side has `side` pixels; the longer one is truncated to an
 * integer.
 *
 * Source: `Resize` of torchvision 0.29.
 *
 * @param size the picture's size
 * @param side the shorter side's length, in pixels
 * @returns the size after resizing
 */
export function resizedByShorterSide({ width, height }: Size, side: number): Size {
  return width <= height
    ? { width: side, height: Math.trunc(side * height / width) }
    : { width: Math.trunc(side * width / height), height: side };
}

/**
 * The `side × side` window at the center; half a pixel is rounded to even.
 *
 * Source: `CenterCrop` of torchvision 0.29.
 *
 * @param size the picture's size
 * @param side the window's side in pixels, at most the shorter side
 * @returns the window
 */
export function centerWindow({ width, height }: Size, side: number): Window {
  const [x, y] = [roundHalfToEven((width - side) / 2), roundHalfToEven((height - side) / 2)];
  return { x, y, width: side, height: side };
}
