/** The arguments of a 3-D convolution, and the geometry that they amount to. */
import { check, isInteger } from "../check.ts";
import { checkPad, checkStridesOrDilations, checkWhole } from "./arguments.ts";
import { type Axis, checkOutput, toAxis } from "./geometry.ts";

/** Depth, height and width; a number stands for all three. */
export type Size3D = number | [depth: number, height: number, width: number];

/**
 * Zeros around a volume. `"same"` pads to `ceil(size / stride)` outputs, the odd one at the end;
 * a number pads all six sides; a list is
 * `[[0, 0], [front, back], [top, bottom], [left, right], [0, 0]]`, in this order for either layout.
 */
export type Padding3D =
  | "valid"
  | "same"
  | number
  | [[0, 0], [number, number], [number, number], [number, number], [0, 0]];

/** Options of the three-dimensional convolution. */
export interface Convolution3dOptions {
  /** Distance between a kernel's taps. @default {1} */
  dilations?: Size3D;
  /** Layout of the input and the output. @default {"NDHWC"} */
  dataFormat?: "NDHWC" | "NCDHW";
}

/** Depth, height and width of a 3-D convolution. */
export type Volume = [depth: Axis, height: Axis, width: Axis];

type Triple = [number, number, number];

/**
 * The geometry of a 3-D convolution.
 *
 * @param caller the function to name in errors
 * @param inputs depth, height and width of the input
 * @param taps depth, height and width of the kernel
 * @param how strides, padding and dilations
 */
export function toVolume(
  caller: string,
  inputs: Readonly<Triple>,
  taps: Readonly<Triple>,
  how: { strides: Size3D; pad: Padding3D; dilations: Size3D },
): Volume {
  const strides = toTriple(caller, "strides", how.strides);
  const dilations = toTriple(caller, "dilations", how.dilations);
  checkStridesOrDilations(caller, strides, dilations);
  const padding = toPaddings(caller, how.pad);
  const axis = (i: 0 | 1 | 2): Axis =>
    toAxis(
      { input: inputs[i], taps: taps[i], stride: strides[i], dilation: dilations[i] },
      padding === "same" ? padding : padding[i],
    );
  const volume: Volume = [axis(0), axis(1), axis(2)];
  checkOutput(caller, volume);
  return volume;
}

function toTriple(caller: string, what: string, size: Size3D): Triple {
  const triple: Triple = typeof size === "number" ? [size, size, size] : [...size];
  const holds = triple.length === 3 && triple.every((value) => isInteger(value, 1));
  const requirement = `compute ${caller} as ${what} must be one or three numbers, whole and >= 1`;
  check(holds, RangeError, requirement, size);
  return triple;
}

type Pair = [before: number, after: number];

function toPaddings(caller: string, pad: Padding3D): "same" | [Pair, Pair, Pair] {
  if (pad === "same") return pad;
  if (pad === "valid") return [[0, 0], [0, 0], [0, 0]];
  const pairs: [Pair, Pair, Pair] = typeof pad === "number"
    ? [[pad, pad], [pad, pad], [pad, pad]]
    : ofList(caller, pad);
  for (const value of pairs.flat()) checkWhole(caller, "pad", value, 0);
  return pairs;
}

function ofList(caller: string, pad: Exclude<Padding3D, string | number>): [Pair, Pair, Pair] {
  const isList = Array.isArray(pad) && pad.length === 5 && pad.every((pair) => pair.length === 2);
  const isPadding = isList && [...pad[0], ...pad[4]].every((value) => value === 0);
  checkPad(caller, isPadding, "[front, back], [top, bottom], [left, right]", pad);
  return [pad[1], pad[2], pad[3]];
}
