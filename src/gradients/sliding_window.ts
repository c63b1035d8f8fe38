/** From a convolution's arguments to the geometry that its kernels and gradients work with. */
import * as tf from "../tf.ts";
import {
  checkChannels,
  checkRank,
  checkStridesOrDilations,
  type Convolution2dOptions,
  type Padding2D,
  type Size2D,
  toPadding,
  toPair,
} from "./arguments.ts";
import { hasChannelsFirst } from "./data_format.ts";
import { crop } from "./frame.ts";
import {
  type Axis,
  checkOutput,
  type Geometry,
  keepTaps,
  toAxis,
  visibleTaps,
} from "./geometry.ts";

/** The arguments of a convolution. */
export interface ConvolutionArguments {
  /** The input, in the layout that the options name. */
  x: tf.Tensor4D;
  /** The kernel `[height, width, …]`. */
  kernel: tf.Tensor4D;
  /** Distance between outputs. */
  strides: Size2D;
  /** Zeros around the input. */
  pad: Padding2D;
  /** Dilations and layout. */
  options: Convolution2dOptions;
}

/** A convolution, channels last. */
export type Convolution = (x: tf.Tensor4D, kernel: tf.Tensor4D, geometry: Geometry) => tf.Tensor4D;

/**
 * The geometry of a convolution.
 *
 * @param caller the function to name in errors
 * @param inputs height and width of the input
 * @param taps height and width of the kernel
 */
export function toGeometry(
  caller: string,
  inputs: readonly [number, number],
  taps: readonly [number, number],
  { strides, pad, options }: Pick<ConvolutionArguments, "strides" | "pad" | "options">,
): Geometry {
  const steps = toPair(caller, "strides", strides);
  const dilations = toPair(caller, "dilations", options.dilations ?? 1);
  checkStridesOrDilations(caller, steps, dilations);
  const padding = toPadding(caller, pad);
  const axis = (i: 0 | 1): Axis =>
    toAxis(
      { input: inputs[i], taps: taps[i], stride: steps[i], dilation: dilations[i] },
      padding === "same" ? padding : padding[i],
    );
  const geometry: Geometry = [axis(0), axis(1)];
  checkOutput(caller, geometry);
  return geometry;
}

/**
 * Checks the arguments of a convolution, and runs it channels last, with those taps alone that meet
 * the input. Layouts and slices are ops on the tape, so that their gradients need no extra code.
 *
 * @param caller the function to name in errors
 * @param args its arguments
 * @param kernelOutputs what the kernel's last axis is
 * @param convolution what it computes
 */
export function slide(
  caller: string,
  args: ConvolutionArguments,
  kernelOutputs: "outChannels" | "multiplier",
  convolution: Convolution,
): tf.Tensor4D {
  const { kernel, options } = args;
  checkRank(caller, "x", args.x, ["batch", "height", "width", "channels"]);
  checkRank(caller, "kernel", kernel, ["height", "width", "inChannels", kernelOutputs]);
  const isChannelsFirst = hasChannelsFirst(caller, options.dataFormat, ["NHWC", "NCHW"]);
  checkChannels(caller, args.x.shape[isChannelsFirst ? 1 : 3], kernel.shape[2]);
  return tf.tidy(() => {
    const x = isChannelsFirst ? tf.transpose(args.x, [0, 2, 3, 1]) : args.x;
    const taps = [kernel.shape[0], kernel.shape[1]] as const;
    const geometry = toGeometry(caller, [x.shape[1], x.shape[2]], taps, args);
    const y = slideVisible(x, kernel, geometry, convolution);
    return isChannelsFirst ? tf.transpose(y, [0, 3, 1, 2]) : y;
  });
}

function slideVisible(
  x: tf.Tensor4D,
  kernel: tf.Tensor4D,
  geometry: Geometry,
  convolution: Convolution,
): tf.Tensor4D {
  const [rows, columns] = [visibleTaps(geometry[0]), visibleTaps(geometry[1])];
  if (rows.count === geometry[0].taps && columns.count === geometry[1].taps) {
    return convolution(x, kernel, geometry);
  }
  const [height, width] = [keepTaps(geometry[0], rows), keepTaps(geometry[1], columns)];
  const part = tf.slice(kernel, [rows.first, columns.first, 0, 0], [
    rows.count,
    columns.count,
    kernel.shape[2],
    kernel.shape[3],
  ]);
  const cut = crop(x, [height.before, height.after], [width.before, width.after]);
  return convolution(cut, part, [afterCrop(height), afterCrop(width)]);
}

/** The axis of an input whose negative borders have been cut off. */
function afterCrop(axis: Axis): Axis {
  const { before, after } = axis;
  return {
    ...axis,
    input: axis.input + Math.min(before, 0) + Math.min(after, 0),
    before: Math.max(before, 0),
    after: Math.max(after, 0),
  };
}
