/**
 * ImageNet's transforms: which pixels of a picture become a network's input, planned before it is
 * decoded.
 *
 * @module
 */
import { planResize, type ResizePlan, runResize } from "../../src/pictures/resize_filter.ts";
import type { Region, Size, Window } from "../../src/pictures/picture.ts";
import { coin, type RandomGenerator } from "../random.ts";
import { centerWindow, resizedByShorterSide } from "../../src/pictures/center_crop.ts";
import { normalizeInto } from "./normalize.ts";
import { drawResizedCrop, type ResizedCropOptions } from "./resized_crop.ts";

/** A transform whose random choices have been made. */
export interface ClassificationView {
  /** The pixels of the picture that it reads. */
  readonly needed: Window;
  /** Whether the result is mirrored. */
  readonly flip: boolean;
  /** Where the part to resize begins in the whole picture. */
  readonly origin: { readonly x: number; readonly y: number };
  /** The resize, in coordinates from `origin`. */
  readonly plan: ResizePlan;
}

/** Options of the training transform. */
export interface ClassificationTransformOptions extends ResizedCropOptions {
  /** Side of the square result, in pixels. */
  size: number;
  /** Whether to flip half of the pictures (default true). */
  flip?: boolean;
}

/**
 * Training: a random crop (see {@linkcode drawResizedCrop}), resized to `size × size`, flipped half
 * of the time.
 *
 * Source: `RandomResizedCrop` and `RandomHorizontalFlip` of PyTorch's `references/classification`.
 * Pixels outside the crop do not enter the filter.
 *
 * @param picture the picture's size
 * @param options crop, size and flip
 * @param generator makes the random choices
 * @returns the view
 * @throws {RangeError} unless 0 < minArea <= maxArea <= 1
 */
export function viewForTraining(
  picture: Size,
  options: ClassificationTransformOptions,
  generator: RandomGenerator,
): ClassificationView {
  const { size, flip = true } = options;
  const crop = drawResizedCrop(picture, options, generator);
  return view(crop, { width: size, height: size }, flip && coin(generator));
}

/**
 * Validation: the shorter side resized to `resizeTo`, and the `size × size` center of that.
 *
 * @param picture the picture's size
 * @param size the result's side, in pixels
 * @param resizeTo the shorter side after resizing, in pixels
 * @returns the view
 */
export function viewForValidation(
  picture: Size,
  size: number,
  resizeTo: number,
): ClassificationView {
  const resized = resizedByShorterSide(picture, resizeTo);
  return view({ x: 0, y: 0, ...picture }, resized, false, centerWindow(resized, size));
}

/**
 * The view that resizes the part `source` of a picture to the size `resized`, and crops and mirrors
 * that.
 *
 * @param source the part of the picture
 * @param resized its size after resizing
 * @param flip whether to mirror the result
 * @param window the crop (default: all of it)
 * @returns the view
 */
export function view(
  source: Window,
  resized: Size,
  flip: boolean,
  window: Window = { x: 0, y: 0, ...resized },
): ClassificationView {
  const plan = planResize(source, resized, window);
  const { x, y, width, height } = plan.box;
  return {
    needed: { x: source.x + x, y: source.y + y, width, height },
    flip,
    origin: source,
    plan,
  };
}

/**
 * Resizes, mirrors and normalizes with ImageNet's mean and standard deviation.
 *
 * @param view what to do
 * @param region the picture's pixels, at least those of `view.needed`
 * @param out where the result goes, `[size, size, 3]`
 */
export function renderView(view: ClassificationView, region: Region, out: Float32Array): void {
  const { plan, origin, flip } = view;
  const moved = { ...region, x: region.x - origin.x, y: region.y - origin.y };
  normalizeInto(out, runResize(plan, moved), plan.window.width, flip);
}
