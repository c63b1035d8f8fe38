/** 3-D convolution by the backend's own kernels, where it has them. */
import * as tf from "../tf.ts";
import { leavesValuesOut } from "./backend_traits.ts";
import { cutBorder, framedShape, frameVolume } from "./frame_volume.ts";
import { toAxis } from "./geometry.ts";
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
  const [batch, channels] = [dy.shape[0], filter.shape[3]];
  const inputs = volume.map((axis) => axis.input), isWhole = isSame(volume);
  const inputShape = isWhole
    ? [batch, ...inputs, channels]
    : framedShape([batch, channels], volume);
  const dx = run(kernels.gradientOfInput, { dy, filter }, { ...attributesOf(volume), inputShape });
  return isWhole ? dx : cutBorder(dx, volume);
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

/**
 * Attributes of all of them: a border other than that of "same" is added before, and cut off again.
 */
function attributesOf(volume: Volume): Record<string, tf.Attribute> {
  return { strides: volume.map((axis) => axis.stride), pad: isSame(volume) ? "same" : "valid" };
}

function framed(x: tf.Tensor5D, volume: Volume): tf.Tensor5D {
  return isSame(volume) ? x : frameVolume(x, volume);
}

/**
 * Whether the border is that of "same", and the kernels put it where it belongs: not where windows
 * leave voxels out.
 */
function isSame(volume: Volume): boolean {
  return volume.every((axis) => {
    const { before, after } = toAxis(axis, "same");
    return !leavesValuesOut(axis) && axis.before === before && axis.after === after;
  });
}

function run(
  name: string,
  inputs: tf.NamedTensorMap,
  attributes: Record<string, tf.Attribute>,
): tf.Tensor5D {
  return tf.engine().runKernel(name, inputs, attributes) as tf.Tensor5D;
}
