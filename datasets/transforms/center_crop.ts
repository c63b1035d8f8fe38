/** The part of a picture that validation looks at: resized by its shorter side, and cut out of the middle. */
import type { Size, Window } from "../images/resize_filter.ts";
import { roundHalfToEven } from "./rounding.ts";

/**
 * The size at which a picture's shorter side is `side` pixels; the longer one is cut to an integer.
 *
 * Source: `Resize` of torchvision 0.29.
 */
export function resizedByShorterSide({ width, height }: Size, side: number): Size {
  return width <= height
    ? { width: side, height: Math.trunc(side * height / width) }
    : { width: Math.trunc(side * width / height), height: side };
}

/**
 * The `side × side` window in the middle; half a pixel goes to the even side. `side` is at most the shorter side.
 *
 * Source: `CenterCrop` of torchvision 0.29.
 */
export function centerWindow({ width, height }: Size, side: number): Window {
  const [x, y] = [roundHalfToEven((width - side) / 2), roundHalfToEven((height - side) / 2)];
  return { x, y, width: side, height: side };
}
