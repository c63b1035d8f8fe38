/** ImageNet's transforms: which pixels of a picture become a network's input, worked out before it is decoded. */
import {
  planResize,
  type Region,
  type ResizePlan,
  runResize,
  type Size,
  type Window,
} from "../images/resize_filter.ts";
import { coin, type RandomGenerator } from "../random.ts";
import { centerWindow, resizedByShorterSide } from "./center_crop.ts";
import { normalizeInto } from "./normalize.ts";
import { drawResizedCrop, type ResizedCropOptions } from "./resized_crop.ts";

/** A transform whose random choices are made. */
export interface ClassificationView {
  /** The pixels of the picture that it reads. */
  readonly needed: Window;
  /** Whether the result is mirrored. */
  readonly flip: boolean;
  /** Where the picture that is resized begins in the whole one. */
  readonly origin: { readonly x: number; readonly y: number };
  /** The resize, in coordinates from `origin`. */
  readonly plan: ResizePlan;
}

/** What of the training transform can be set. */
export interface ClassificationTransformOptions extends ResizedCropOptions {
  /** Side of the square result, in pixels. */
  size: number;
  /** Whether to flip half of the pictures (default true). */
  flip?: boolean;
}

/**
 * Training: a random crop (see `drawResizedCrop`), resized to `size × size`, flipped half of the time.
 *
 * Source: PyTorch's `references/classification`: `RandomResizedCrop`, `RandomHorizontalFlip`. Pixels outside the crop do
 * not enter the filter.
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

/** Validation: the shorter side resized to `resizeTo`, and the `size × size` middle of that. */
export function viewForValidation(
  picture: Size,
  size: number,
  resizeTo: number,
): ClassificationView {
  const resized = resizedByShorterSide(picture, resizeTo);
  return view({ x: 0, y: 0, ...picture }, resized, false, centerWindow(resized, size));
}

/**
 * The view that resizes the part `source` of a picture to the size `resized`, cuts out `window` (default: all of it)
 * and mirrors it where `flip` says so.
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
 * @param region the picture's pixels, `view.needed` at least
 * @param out where the result goes, `[size, size, 3]`
 */
export function renderView(view: ClassificationView, region: Region, out: Float32Array): void {
  const { plan, origin, flip } = view;
  const moved = { ...region, x: region.x - origin.x, y: region.y - origin.y };
  normalizeInto(out, runResize(plan, moved), plan.window.width, flip);
}
