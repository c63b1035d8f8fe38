import type * as tf from "../tf.ts";
import { check, isInteger } from "../check.ts";

/** Height and width; a number stands for both. */
export type Size2D = number | [height: number, width: number];

/**
 * Zeros around a map. `"same"` pads to `ceil(size / stride)` outputs, the odd one at the end;
 * a number pads all four sides; a list is `[[0, 0], [top, bottom], [left, right], [0, 0]]`,
 * in this order for either data format.
 */
export type Padding2D =
  | "valid"
  | "same"
  | number
  | [[0, 0], [number, number], [number, number], [0, 0]];

/** Options of the convolutions. */
export interface Convolution2dOptions {
  /** Distance between a kernel's taps. @default {1} */
  dilations?: Size2D;
  /** Layout of the input and the output. @default {"NHWC"} */
  dataFormat?: "NHWC" | "NCHW";
}

/** Throws if a tensor's rank is not the one that the function takes. */
export function checkRank(caller: string, what: string, tensor: tf.Tensor, shape: string[]): void {
  const requirement = `compute ${caller} as ${what} must be [${shape.join(", ")}]`;
  check(tensor.rank === shape.length, TypeError, requirement, tensor.shape);
}

/** Throws where the kernel takes another number of channels than the input has. */
export function checkChannels(caller: string, channels: number, kernelChannels: number): void {
  const requirement =
    `compute ${caller} as kernel must have as many input channels as x (${channels})`;
  check(channels === kernelChannels, TypeError, requirement, kernelChannels);
}

/** Both numbers of a size, each of them a whole number of at least 1. */
export function toPair(caller: string, what: string, size: Size2D): [number, number] {
  const pair: [number, number] = typeof size === "number" ? [size, size] : [size[0], size[1]];
  for (const value of pair) checkWhole(caller, what, value, 1);
  return pair;
}

/** Padding as `"same"`, or as what is before and after each of height and width. */
export function toPadding(
  caller: string,
  pad: Padding2D,
): "same" | [[number, number], [number, number]] {
  if (pad === "same") return pad;
  if (pad === "valid") return [[0, 0], [0, 0]];
  const height = typeof pad === "number" ? [pad, pad] as const : checkPaddingList(caller, pad)[1];
  const width = typeof pad === "number" ? height : pad[2];
  for (const value of [...height, ...width]) checkWhole(caller, "pad", value, 0);
  return [[height[0], height[1]], [width[0], width[1]]];
}

type PaddingList = Exclude<Padding2D, string | number>;

function checkPaddingList(caller: string, pad: PaddingList): PaddingList {
  const isList = Array.isArray(pad) && pad.length === 4 && pad.every((side) => side?.length === 2);
  const isPadding = isList && [...pad[0], ...pad[3]].every((value) => value === 0);
  checkPad(caller, isPadding, "[top, bottom], [left, right]", pad);
  return pad;
}

/** Throws if padding has none of its forms; `sides` describes the list. */
export function checkPad(caller: string, holds: boolean, sides: string, pad: unknown): void {
  const requirement =
    `compute ${caller} as pad must be "valid", "same", a number or [[0, 0], ${sides}, [0, 0]]`;
  check(holds, TypeError, requirement, Array.isArray(pad) ? pad : JSON.stringify(pad));
}

/** Throws if a number is not an integer >= `least`. */
export function checkWhole(caller: string, what: string, value: number, least: number): void {
  const requirement = `compute ${caller} as ${what} must be whole and >= ${least}`;
  check(isInteger(value, least), RangeError, requirement, value);
}

/** Throws where both stride and dilation are above 1: TensorFlow.js has no such convolution. */
export function checkStridesOrDilations(
  caller: string,
  strides: readonly number[],
  dilations: readonly number[],
): void {
  const holds = [strides, dilations].some((each) => each.every((value) => value === 1));
  const requirement = `compute ${caller} as either strides or dilations must be 1`;
  check(holds, RangeError, requirement, `[${strides}] and [${dilations}]`);
}
