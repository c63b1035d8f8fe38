/**
 * TensorFlow's own convolutions and their gradients, with a geometry. Borders that equal
 * TensorFlow's `SAME` are passed as that. Others are added to the map first: as `EXPLICIT` they
 * would keep oneDNN out of the gradients and of depthwise convolutions, which are then up to eight
 * times slower, and reject dilations. (A dense convolution is not affected forward.)
 *
 * @module
 */
import * as tf from "../../../tf.ts";
import { crop, frame, subsample } from "../../../gradients/frame.ts";
import { type Axis, type Geometry, toAxis } from "../../../gradients/geometry.ts";
import type { Attributes } from "../attributes.ts";
import type { Runner } from "./kernel.ts";

/** A dense convolution, or a depthwise one, as TensorFlow names it. */
export type Kind = "Conv2D" | "DepthwiseConv2dNative";

/** One of a convolution's three operations. */
export type Part = "forward" | "inputGradient" | "kernelGradient";

/** How TensorFlow names each operation. */
export const OPERATIONS: Readonly<Record<Kind, Readonly<Record<Part, string>>>> = {
  Conv2D: {
    forward: "Conv2D",
    inputGradient: "Conv2DBackpropInput",
    kernelGradient: "Conv2DBackpropFilter",
  },
  DepthwiseConv2dNative: {
    forward: "DepthwiseConv2dNative",
    inputGradient: "DepthwiseConv2dNativeBackpropInput",
    kernelGradient: "DepthwiseConv2dNativeBackpropFilter",
  },
};

/** An operation's padding; borders of height, then of width. */
export type Padding = "VALID" | "SAME" | { readonly borders: readonly number[] };

/** Attributes of all the operations. */
export function attributesOf(kind: Kind, [height, width]: Geometry, padding: Padding): Attributes {
  const isExplicit = typeof padding !== "string";
  return {
    T: { type: "float32" },
    data_format: "NHWC",
    strides: { int: [1, height.stride, width.stride, 1] },
    dilations: { int: [1, height.dilation, width.dilation, 1] },
    padding: isExplicit ? "EXPLICIT" : padding,
    explicit_paddings: { int: isExplicit ? [0, 0, ...padding.borders, 0, 0] : [] },
    ...(kind === "Conv2D" ? { use_cudnn_on_gpu: true } : {}),
  };
}

/** The geometry, without cutting off what a stride leaves over at the end: nothing reads it. */
function relaxed(geometry: Geometry): Geometry {
  const axis = (of: Axis): Axis => of.after < 0 && -of.after < of.stride ? { ...of, after: 0 } : of;
  return [axis(geometry[0]), axis(geometry[1])];
}

/** Whether the border is what TensorFlow's `SAME` would be. */
function isSame(geometry: Geometry): boolean {
  return geometry.every((axis) => {
    const same = toAxis(axis, "same");
    return same.before === axis.before && same.after === axis.after;
  });
}

const none = ({ before, after }: Axis) => before === 0 && after === 0;

/** `VALID` after {@linkcode framed} if the border is not one of TensorFlow's. */
function paddingOf(geometry: Geometry): Padding {
  return !geometry.every(none) && isSame(geometry) ? "SAME" : "VALID";
}

/** The map with its border around it, where that has to be. */
function framed(x: tf.Tensor4D, geometry: Geometry): tf.Tensor4D {
  if (isSame(geometry)) return x;
  const [height, width] = geometry;
  return frame(x, [height.before, height.after], [width.before, width.after]);
}

/** The convolution. */
export function nativeForward(
  runner: Runner,
  kind: Kind,
  x: tf.Tensor4D,
  kernel: tf.Tensor4D,
  whole: Geometry,
): tf.Tensor4D {
  const geometry = relaxed(whole);
  const [seen, padding] = kind === "Conv2D"
    ? withBorders(x, geometry)
    : [framed(x, geometry), paddingOf(geometry)] as const;
  const attributes = attributesOf(kind, geometry, padding);
  return runner.run(OPERATIONS[kind].forward, attributes, [seen, kernel], 1)[0] as tf.Tensor4D;
}

/** What a map is cut to, and the borders that the operation puts around it. */
function withBorders(x: tf.Tensor4D, [height, width]: Geometry): [tf.Tensor4D, Padding] {
  const sides = [height.before, height.after, width.before, width.after];
  const borders = sides.map((side) => Math.max(side, 0));
  const seen = crop(x, [height.before, height.after], [width.before, width.after]);
  return [seen, borders.every((side) => side === 0) ? "VALID" : { borders }];
}

/** The gradient with respect to the input. */
export function nativeInputGradient(
  runner: Runner,
  kind: Kind,
  dy: tf.Tensor4D,
  kernel: tf.Tensor4D,
  whole: Geometry,
): tf.Tensor4D {
  const geometry = relaxed(whole), [height, width] = geometry;
  const isWhole = isSame(geometry);
  const extent = ({ input, before, after }: Axis) => isWhole ? input : input + before + after;
  const shape = [dy.shape[0], extent(height), extent(width), kernel.shape[2]];
  const inputs = [tf.tensor1d(shape, "int32"), kernel, dy];
  const attributes = attributesOf(kind, geometry, paddingOf(geometry));
  const [dx] = runner.run(OPERATIONS[kind].inputGradient, attributes, inputs, 1) as [tf.Tensor4D];
  return isWhole ? dx : frame(dx, [-height.before, -height.after], [-width.before, -width.after]);
}

/** As many numbers as oneDNN's widest vectors have. */
const VECTOR = 16;

const isStridedTap = (geometry: Geometry) =>
  geometry.every(({ taps, stride }) => taps === 1 && stride > 1);

/** What a single tap with strides reads of a map. */
function seenByTap(x: tf.Tensor4D, [height, width]: Geometry): tf.Tensor4D {
  const whole = frame(x, [height.before, height.after], [width.before, width.after]);
  return subsample(whole, [height.stride, width.stride]);
}

const dense = ({ output, taps }: Axis): Axis => (
  { input: output, output, taps, stride: 1, dilation: 1, before: 0, after: 0 }
);

/**
 * The gradient with respect to the kernel. A kernel of 1 × 1 with strides gets the part of the map that
 * it reads: oneDNN's own gradient of it is wrong where a pixel has fewer channels than a vector has
 * numbers, and another one at each call.
 */
export function nativeKernelGradient(
  runner: Runner,
  kind: Kind,
  dy: tf.Tensor4D,
  x: tf.Tensor4D,
  whole: Geometry,
): tf.Tensor4D {
  const channels = x.shape[3], last = kind === "Conv2D" ? dy.shape[3] : dy.shape[3] / channels;
  if (kind === "Conv2D" && isStridedTap(whole) && channels % VECTOR !== 0) {
    return nativeKernelGradient(
      runner,
      kind,
      dy,
      seenByTap(x, whole),
      whole.map(dense) as Geometry,
    );
  }
  const geometry = relaxed(whole), [height, width] = geometry;
  const shape = tf.tensor1d([height.taps, width.taps, channels, last], "int32");
  const attributes = attributesOf(kind, geometry, paddingOf(geometry));
  const inputs = [framed(x, geometry), shape, dy];
  return runner.run(OPERATIONS[kind].kernelGradient, attributes, inputs, 1)[0] as tf.Tensor4D;
}
