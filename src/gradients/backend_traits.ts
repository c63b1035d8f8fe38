/** What the gradients need to know about the current backend, to choose between two ways. */
import * as tf from "../tf.ts";
import type { Axis, Geometry } from "./geometry.ts";
import { hasKernel } from "./operation.ts";

/** What the names of TensorFlow.js's gradient kernels begin with. */
export type NativeKernels = "Conv2DBackprop" | "DepthwiseConv2dNativeBackprop";

/**
 * Whether the backend's own gradient kernels are the ones to use: not for a dilated convolution,
 * which they reject or, without an error, get wrong; and not on wasm, where the only one
 * (of a dense convolution with respect to its input) takes 14 times as long as the convolution it
 * amounts to.
 */
export function hasNativeGradients(kernels: NativeKernels, geometry: Geometry): boolean {
  return geometry.every((axis) => axis.dilation === 1) && tf.getBackend() !== "wasm" &&
    hasKernel(`${kernels}Input`) && hasKernel(`${kernels}Filter`);
}

/** Whether the forward kernels take explicit padding: that saves a copy of the map. */
export function padsExplicitly(): boolean {
  return ["cpu", "wasm", "webgl", "webgpu"].includes(tf.getBackend());
}

/**
 * Whether the backend's own gradients of pools are right with TensorFlow's "SAME". Elsewhere an
 * average counts as one over the whole window at the border, too; and where a window leaves values
 * out, TensorFlow without oneDNN begins one late along three axes.
 */
export function poolsWithBorder(axes: readonly Axis[]): boolean {
  return tf.getBackend() === "tensorflow" && !axes.some(leavesValuesOut);
}

/** Whether windows of that axis are apart. */
export function leavesValuesOut({ taps, stride }: Axis): boolean {
  return taps < stride;
}

/** Whether the gradient of a 3-D max-pool needs windows as high as wide, or one frame deep. */
export function mistakesPooledPlaces(): boolean {
  return tf.getBackend() === "webgpu";
}

/** Whether the backend's own gradient of a nearest resize is right but for half pixels. */
export function resizesNearest(): boolean {
  return tf.getBackend() === "tensorflow";
}

/** Whether values can be read without waiting, so that a loop over them can replace a kernel. */
export function hasValuesAtHand(): boolean {
  return ["cpu", "wasm"].includes(tf.getBackend());
}

/**
 * Whether the backend packs the second operand of a matrix product, keeps it so for as long as the
 * values live, and takes it up again when the same values enter another product, whatever their
 * shape there: it then reads and writes beyond the end of its memory. Such an operand must not be
 * shared.
 */
export function keepsPackedOperands(): boolean {
  return tf.getBackend() === "wasm";
}

/** Whether the backend's ReLU turns NaN into 0, depending on its bits. */
export function losesNaNInRelu(): boolean {
  return tf.getBackend() === "wasm";
}

/** Whether the backend's convolutions add a bias at no cost, where no gradient is taken of it. */
export function addsBiasInConvolutions(): boolean {
  return tf.getBackend() === "wasm";
}
