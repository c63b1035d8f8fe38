/** The gradients of a convolution by the backend's own kernels, where these are to be had. */
import * as tf from "../tf.ts";
import { frame } from "./frame.ts";
import type { Geometry } from "./geometry.ts";
import { hasKernel } from "./operation.ts";

/** What the names of TensorFlow.js's gradient kernels begin with. */
export type NativeKernels = "Conv2DBackprop" | "DepthwiseConv2dNativeBackprop";

/**
 * Whether the backend's kernels are the ones to use: not for a dilated convolution, which they
 * refuse or, without an error, get wrong; and not on wasm, where the only one there is (of a dense
 * convolution with respect to its input) takes 14 times as long as the convolution it amounts to.
 */
export function hasNativeGradients(kernels: NativeKernels, geometry: Geometry): boolean {
  return geometry.every((axis) => axis.dilation === 1) && tf.getBackend() !== "wasm" &&
    hasKernel(`${kernels}Input`) && hasKernel(`${kernels}Filter`);
}

/** What both kernels are told: the border is put around the map, and cut off again. */
function attributesOf([height, width]: Geometry): Record<string, tf.Attribute> {
  return {
    strides: [height.stride, width.stride],
    pad: "valid",
    dataFormat: "NHWC",
    dilations: [1, 1],
  };
}

/** The gradient with respect to the input. */
export function nativeInputGradient(
  kernels: NativeKernels,
  dy: tf.Tensor4D,
  filter: tf.Tensor4D,
  geometry: Geometry,
): tf.Tensor4D {
  const [height, width] = geometry;
  const [rows, columns] = geometry.map((axis) => axis.input + axis.before + axis.after);
  const inputShape = [dy.shape[0], rows as number, columns as number, filter.shape[2]];
  const attributes = { ...attributesOf(geometry), inputShape };
  const dx = tf.engine().runKernel(`${kernels}Input`, { dy, filter }, attributes) as tf.Tensor4D;
  return frame(dx, [-height.before, -height.after], [-width.before, -width.after]);
}

/** The gradient with respect to the kernel; the last number of `filterShape` is the kernel's. */
export function nativeKernelGradient(
  kernels: NativeKernels,
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  geometry: Geometry,
): tf.Tensor4D {
  const [height, width] = geometry;
  const inChannels = x.shape[3], outChannels = dy.shape[3];
  const last = kernels === "Conv2DBackprop" ? outChannels : outChannels / inChannels;
  const filterShape = [height.taps, width.taps, inChannels, last];
  const framed = frame(x, [height.before, height.after], [width.before, width.after]);
  const attributes = { ...attributesOf(geometry), filterShape };
  return tf.engine().runKernel(`${kernels}Filter`, { x: framed, dy }, attributes) as tf.Tensor4D;
}
