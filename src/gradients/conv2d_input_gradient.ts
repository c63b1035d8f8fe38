import * as tf from "../tf.ts";
import { convolve } from "./convolve.ts";
import { frame } from "./frame.ts";
import { type Axis, type Geometry, span } from "./geometry.ts";

/**
 * How one axis of the input's gradient is composed of convolutions with stride 1. Inputs `stride`
 * apart meet the same taps, every `stride`-th of the kernel: a phase. All phases are computed by
 * one convolution, as its channels, and then interleaved. (Zeros between the outputs would also
 * work, at `stride * stride` times the cost.)
 */
interface Phases {
  /** Zeros before the kernel's first tap, so that the first phase begins at the first input. */
  offset: number;
  /** Taps of a phase. */
  taps: number;
  /** Inputs of a phase. */
  count: number;
  /** Border of `dy`. */
  border: [before: number, after: number];
}

function toPhases({ input, taps, stride, dilation, before, output }: Axis): Phases {
  const offset = (stride - before % stride) % stride;
  const phaseTaps = Math.ceil((taps + offset) / stride);
  const count = Math.ceil(input / stride);
  const reach = span({ taps: phaseTaps, dilation }) - 1;
  const first = reach - (before + offset) / stride;
  return { offset, taps: phaseTaps, count, border: [first, count - output - first + reach] };
}

/**
 * The gradient of a convolution with respect to its input, as a convolution of `dy` with the
 * flipped kernel, whose input and output channels trade places.
 *
 * @param dy `[batch, outHeight, outWidth, outChannels]`
 * @param kernel `[height, width, inChannels, outChannels]`
 * @param geometry the convolution's
 * @returns `[batch, height, width, inChannels]`
 */
export function composedInputGradient(
  dy: tf.Tensor4D,
  kernel: tf.Tensor4D,
  geometry: Geometry,
): tf.Tensor4D {
  const [height, width] = geometry;
  const rows = toPhases(height), columns = toPhases(width);
  const phases = convolve(dy, phaseKernel(kernel, geometry, rows, columns), {
    strides: [1, 1],
    dilations: [height.dilation, width.dilation],
    height: rows.border,
    width: columns.border,
  });
  return interleave(phases, geometry);
}

/**
 * The kernel of all phases.
 *
 * @returns `[rows.taps, columns.taps, outChannels, strides * inChannels]`
 */
function phaseKernel(
  kernel: tf.Tensor4D,
  [height, width]: Geometry,
  rows: Phases,
  columns: Phases,
): tf.Tensor4D {
  const [, , inChannels, outChannels] = kernel.shape;
  const border = ({ taps, stride }: Axis, phases: Phases) =>
    [phases.offset, phases.taps * stride - taps - phases.offset] as const;
  // To `frame`, the taps are the pixels of an image.
  const flat: tf.Tensor4D = tf.reshape(kernel, [1, height.taps, width.taps, -1]);
  const padded = frame(flat, border(height, rows), border(width, columns));
  const split = tf.reshape(padded, [rows.taps, height.stride, columns.taps, -1]);
  const flipped = tf.reverse(tf.transpose(split, [0, 2, 1, 3]), [0, 1]);
  const channels = height.stride * width.stride * inChannels;
  const perTap = tf.reshape(flipped, [rows.taps * columns.taps, channels, outChannels]);
  const swapped = tf.transpose(perTap, [0, 2, 1]);
  return tf.reshape(swapped, [rows.taps, columns.taps, outChannels, channels]);
}

/** Puts the phases side by side, and cuts off what is beyond the input. */
function interleave(phases: tf.Tensor4D, [height, width]: Geometry): tf.Tensor4D {
  if (height.stride === 1 && width.stride === 1) return phases;
  const [batch, rows, columns, channels] = phases.shape;
  const split = tf.reshape(phases, [batch * rows, columns, height.stride, -1]);
  const inChannels = channels / height.stride / width.stride;
  const map: tf.Tensor4D = tf.reshape(tf.transpose(split, [0, 2, 1, 3]), [
    batch,
    rows * height.stride,
    columns * width.stride,
    inChannels,
  ]);
  return frame(map, [0, height.input - map.shape[1]], [0, width.input - map.shape[2]]);
}
