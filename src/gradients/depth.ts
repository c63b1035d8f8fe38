/**
 * How a 3-D convolution becomes a 2-D one: its outputs' frames become images, and the frames that
 * an output reads, one a tap along the depth, are side by side in the channels.
 *
 * @module
 */
import * as tf from "../tf.ts";
import { frame, spread, subsample } from "./frame.ts";
import { type Axis, placeOf, span } from "./geometry.ts";

/**
 * The frames that each output reads.
 *
 * @param x `[batch, depth, height, width, channels]`
 * @param axis the depth's
 * @returns `[batch * outDepth, height, width, taps * channels]`, tap by tap
 */
export function unfoldDepth(x: tf.Tensor5D, axis: Axis): tf.Tensor4D {
  const [batch, depth, height, width, channels] = x.shape;
  const reach = (axis.output - 1) * axis.stride + 1;
  // To `frame`, a frame is a pixel of an image of width 1.
  const frames: tf.Tensor4D = tf.reshape(x, [batch, depth, 1, height * width * channels]);
  const after = reach + span(axis) - 1 - axis.input - axis.before;
  const framed = frame(frames, [axis.before, after], [0, 0]);
  const parts = Array.from({ length: axis.taps }, (_, tap) => {
    const read = tf.slice(framed, [0, tap * axis.dilation, 0, 0], [batch, reach, 1, -1]);
    const kept = subsample(read, [axis.stride, 1]);
    return tf.reshape(kept, [batch * axis.output, height, width, channels]);
  });
  return (parts.length === 1 ? parts[0] : tf.concat(parts, 3)) as tf.Tensor4D;
}

/**
 * The transpose of {@linkcode unfoldDepth}: adds up what each frame was read for.
 *
 * @param parts `[batch * outDepth, height, width, taps * channels]`
 * @param axis the depth's
 * @returns `[batch, depth, height, width, channels]`
 */
export function foldDepth(parts: tf.Tensor4D, axis: Axis): tf.Tensor5D {
  const [images, height, width, allChannels] = parts.shape;
  const batch = images / axis.output, channels = allChannels / axis.taps;
  const shares = tf.split(parts, axis.taps, 3).map((share, tap) => {
    const frames = tf.reshape(share, [batch, axis.output, 1, height * width * channels]);
    const apart = spread(frames as tf.Tensor4D, [axis.stride, 1]);
    const first = placeOf(axis, 0, tap);
    return frame(apart, [first, axis.input - apart.shape[1] - first], [0, 0]);
  });
  const sum = shares.reduce((sum, share) => tf.add(sum, share));
  return tf.reshape(sum, [batch, axis.input, height, width, channels]);
}

/**
 * The kernel of the 2-D convolution.
 *
 * @param kernel `[depth, height, width, inChannels, outChannels]`
 * @returns `[height, width, depth * inChannels, outChannels]`
 */
export function unfoldKernel(kernel: tf.Tensor5D): tf.Tensor4D {
  const [depth, height, width, inChannels, outChannels] = kernel.shape;
  const byTap = tf.reshape(kernel, [depth, height * width, inChannels * outChannels]);
  const byPlace = tf.transpose(byTap, [1, 0, 2]);
  return tf.reshape(byPlace, [height, width, depth * inChannels, outChannels]);
}

/**
 * The inverse of {@linkcode unfoldKernel}.
 *
 * @param kernel `[height, width, depth * inChannels, outChannels]`
 * @param depth the kernel's taps along the depth
 * @returns `[depth, height, width, inChannels, outChannels]`
 */
export function foldKernel(kernel: tf.Tensor4D, depth: number): tf.Tensor5D {
  const [height, width, allChannels, outChannels] = kernel.shape;
  const inChannels = allChannels / depth;
  const byPlace = tf.reshape(kernel, [height * width, depth, inChannels * outChannels]);
  const byTap = tf.transpose(byPlace, [1, 0, 2]);
  return tf.reshape(byTap, [depth, height, width, inChannels, outChannels]);
}
