/** The gradients of a convolution by the backend's own kernels, where it has them. */
import * as tf from "../tf.ts";
import type { NativeKernels } from "./backend_traits.ts";
import { frame } from "./frame.ts";
import type { Geometry } from "./geometry.ts";

/** Attributes of both kernels: the border is added to the map before, and cut off again. */
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
