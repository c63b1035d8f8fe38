import * as tf from "../tf.ts";
import { conv2dInputGradient, conv2dKernelGradient } from "./conv2d_gradients.ts";
import { foldDepth, foldKernel, unfoldDepth, unfoldKernel } from "./depth.ts";
import { hasNativeConv3d, nativeInputGradient, nativeKernelGradient } from "./native_conv3d.ts";
import type { Volume } from "./volume.ts";

/**
 * The gradient of a 3-D convolution with respect to its input.
 *
 * @param dy `[batch, outDepth, outHeight, outWidth, outChannels]`
 * @param kernel `[depth, height, width, inChannels, outChannels]`
 * @param volume the convolution's geometry
 * @returns `[batch, depth, height, width, inChannels]`
 */
export function conv3dInputGradient(
  dy: tf.Tensor5D,
  kernel: tf.Tensor5D,
  volume: Volume,
): tf.Tensor5D {
  return tf.tidy(() => {
    if (dy.size > 0 && hasNativeConv3d(volume)) return nativeInputGradient(dy, kernel, volume);
    const [depth, height, width] = volume;
    const parts = conv2dInputGradient(toImages(dy), unfoldKernel(kernel), [height, width]);
    return foldDepth(parts, depth);
  });
}

/**
 * The gradient of a 3-D convolution with respect to its kernel.
 *
 * @param dy `[batch, outDepth, outHeight, outWidth, outChannels]`
 * @param x `[batch, depth, height, width, inChannels]`
 * @param volume the convolution's geometry
 * @returns `[depth, height, width, inChannels, outChannels]`
 */
export function conv3dKernelGradient(
  dy: tf.Tensor5D,
  x: tf.Tensor5D,
  volume: Volume,
): tf.Tensor5D {
  return tf.tidy(() => {
    if (dy.size > 0 && hasNativeConv3d(volume)) return nativeKernelGradient(dy, x, volume);
    const [depth, height, width] = volume;
    const unfolded = conv2dKernelGradient(toImages(dy), unfoldDepth(x, depth), [height, width]);
    return foldKernel(unfolded, depth.taps);
  });
}

/** The frames of a volume as images. */
function toImages(volume: tf.Tensor5D): tf.Tensor4D {
  const [batch, depth, height, width, channels] = volume.shape;
  return tf.reshape(volume, [batch * depth, height, width, channels]);
}
