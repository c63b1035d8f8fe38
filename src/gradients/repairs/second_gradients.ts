import type * as tf from "../../tf.ts";
import { conv2dOver } from "../conv2d.ts";
import { conv2dInputGradient, conv2dKernelGradient } from "../conv2d_gradients.ts";
import { depthwiseConv2dOver } from "../depthwise_conv2d.ts";
import { depthwiseInputGradient, depthwiseKernelGradient } from "../depthwise_conv2d_gradients.ts";
import type { Geometry } from "../geometry.ts";

/** The entry of a gradient that is itself a kernel, on two maps. */
function entryOf(
  name: string,
  other: "kernel" | "x",
  gradients: (
    upstream: tf.Tensor4D,
    dy: tf.Tensor4D,
    other: tf.Tensor4D,
    geometry: Geometry,
  ) => Record<"dy" | "other", () => tf.Tensor4D>,
): tf.GradConfig {
  return {
    kernelName: `weight-standardization/${name}`,
    inputsToSave: ["dy", other],
    gradFunc(upstream, saved, attrs) {
      const { geometry } = attrs as unknown as { geometry: Geometry }; // as it was called
      const [dy, map] = saved as [tf.Tensor4D, tf.Tensor4D];
      const slope = gradients(upstream as tf.Tensor4D, dy, map, geometry);
      return { dy: slope.dy, [other]: slope.other };
    },
  };
}

/**
 * The gradients of a convolution's gradients, where a backend computes these by kernels of this
 * library: a penalty on a gradient trains, as it does with TensorFlow.js's own.
 */
export const secondGradients: readonly tf.GradConfig[] = [
  entryOf("conv2d-input-gradient", "kernel", (upstream, dy, kernel, geometry) => ({
    dy: () => conv2dOver(upstream, kernel, geometry),
    other: () => conv2dKernelGradient(dy, upstream, geometry),
  })),
  entryOf("conv2d-kernel-gradient", "x", (upstream, dy, x, geometry) => ({
    dy: () => conv2dOver(x, upstream, geometry),
    other: () => conv2dInputGradient(dy, upstream, geometry),
  })),
  entryOf("depthwise-conv2d-input-gradient", "kernel", (upstream, dy, kernel, geometry) => ({
    dy: () => depthwiseConv2dOver(upstream, kernel, geometry),
    other: () => depthwiseKernelGradient(dy, upstream, geometry),
  })),
  entryOf("depthwise-conv2d-kernel-gradient", "x", (upstream, dy, x, geometry) => ({
    dy: () => depthwiseConv2dOver(x, upstream, geometry),
    other: () => depthwiseInputGradient(dy, upstream, geometry),
  })),
];
