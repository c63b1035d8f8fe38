/** 3-D convolution by the backend's own kernels, where these are to be had. */
import * as tf from "../tf.ts";
import { frame } from "./frame.ts";
import type { Axis } from "./geometry.ts";
import { hasKernel } from "./operation.ts";
import type { Volume } from "./volume.ts";

const kernels = {
  gradientOfInput: "Conv3DBackpropInputV2",
  gradientOfKernel: "Conv3DBackpropFilterV2",
};

/**
 * Whether the backend's own kernels are the ones to use: not for a dilated convolution, which the
 * gradients, and TensorFlow on a CPU altogether, refuse; not on wasm, where they are plain loops
 * that take ten times as long as a 2-D convolution of the same work; and not on tensorflow for
 * unequal strides, some of which oneDNN gets wrong, without an error.
 */
export function hasNativeConv3d(volume: Volume): boolean {
  const backend = tf.getBackend(), [first] = volume;
  const isWrong = backend === "tensorflow" && volume.some((axis) => axis.stride !== first.stride);
  return volume.every((axis) => axis.dilation === 1) && backend !== "wasm" && !isWrong &&
    ["Conv3D", ...Object.values(kernels)].every(hasKernel);
}

/** The convolution `[batch, outDepth, outHeight, outWidth, outChannels]`. */
export function nativeConv3d(x: tf.Tensor5D, filter: tf.Tensor5D, volume: Volume): tf.Tensor5D {
  const attributes = { ...attributesOf(volume), dataFormat: "NDHWC", dilations: [1, 1, 1] };
  return run("Conv3D", { x: framed(x, volume), filter }, attributes);
}

/** The gradient with respect to the input. */
export function nativeInputGradient(
  dy: tf.Tensor5D,
  filter: tf.Tensor5D,
  volume: Volume,
): tf.Tensor5D {
  const batch = dy.shape[0], channels = filter.shape[3];
  const inputShape = [batch, ...volume.map(framedLength), channels];
  const attributes = { ...attributesOf(volume), inputShape };
  const dx = run(kernels.gradientOfInput, { dy, filter }, attributes);
  const [depth, height, width] = volume;
  return tf.slice(dx, [0, depth.before, height.before, width.before, 0], [
    batch,
    depth.input,
    height.input,
    width.input,
    channels,
  ]);
}

/** The gradient with respect to the kernel. */
export function nativeKernelGradient(
  dy: tf.Tensor5D,
  x: tf.Tensor5D,
  volume: Volume,
): tf.Tensor5D {
  const filterShape = [...volume.map((axis) => axis.taps), x.shape[4], dy.shape[4]];
  const attributes = { ...attributesOf(volume), filterShape };
  return run(kernels.gradientOfKernel, { x: framed(x, volume), dy }, attributes);
}

/** What all of them are told: the border is put around the volume, and cut off again. */
function attributesOf(volume: Volume): Record<string, tf.Attribute> {
  return { strides: volume.map((axis) => axis.stride), pad: "valid" };
}

function run(
  name: string,
  inputs: tf.NamedTensorMap,
  attributes: Record<string, tf.Attribute>,
): tf.Tensor5D {
  return tf.engine().runKernel(name, inputs, attributes) as tf.Tensor5D;
}

function framedLength({ before, input, after }: Axis): number {
  return before + input + after;
}

/** In two steps, neither of rank 5: webgl has no kernel that pads that, and webgpu's is broken. */
function framed(x: tf.Tensor5D, volume: Volume): tf.Tensor5D {
  if (volume.every((axis) => framedLength(axis) === axis.input)) return x;
  const [batch, , , , channels] = x.shape, [depth, height, width] = volume;
  const size = height.input * width.input * channels;
  const frames = tf.pad(tf.reshape(x, [batch, depth.input, size]), [
    [0, 0],
    [depth.before, depth.after],
    [0, 0],
  ]);
  const count = batch * framedLength(depth);
  const images = tf.reshape(frames, [count, height.input, width.input, channels]) as tf.Tensor4D;
  const framed = frame(images, [height.before, height.after], [width.before, width.after]);
  const [outDepth, outHeight, outWidth] = volume.map(framedLength) as [number, number, number];
  return tf.reshape(framed, [batch, outDepth, outHeight, outWidth, channels]);
}
