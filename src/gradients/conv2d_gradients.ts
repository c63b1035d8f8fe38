import * as tf from "../tf.ts";
import { hasNativeGradients, keepsPackedOperands } from "./backend_traits.ts";
import { composedInputGradient } from "./conv2d_input_gradient.ts";
import { convolve } from "./convolve.ts";
import { crop, frame, spread, subsample } from "./frame.ts";
import { type Axis, type Geometry, span } from "./geometry.ts";
import { nativeInputGradient, nativeKernelGradient } from "./native_gradients.ts";
import { runKernelOr } from "./operation.ts";

/**
 * The gradient of a convolution with respect to its input.
 *
 * Kernel `weight-standardization/conv2d-input-gradient`: inputs `dy`, `kernel`, attribute
 * `geometry`; one output.
 *
 * @param dy `[batch, outHeight, outWidth, outChannels]`
 * @param kernel `[height, width, inChannels, outChannels]`
 * @param geometry the convolution's
 * @returns `[batch, height, width, inChannels]`
 */
export function conv2dInputGradient(
  dy: tf.Tensor4D,
  kernel: tf.Tensor4D,
  geometry: Geometry,
): tf.Tensor4D {
  if (dy.size === 0) return tf.zeros([0, geometry[0].input, geometry[1].input, kernel.shape[2]]);
  const compose = () => {
    if (hasNativeGradients("Conv2DBackprop", geometry)) {
      return [nativeInputGradient("Conv2DBackprop", dy, kernel, geometry)];
    }
    if (isPointwise(geometry)) return [pointwiseInputGradient(dy, kernel, geometry)];
    return [composedInputGradient(dy, kernel, geometry)];
  };
  const name = "weight-standardization/conv2d-input-gradient";
  return runKernelOr(name, { dy, kernel }, { geometry }, compose)[0] as tf.Tensor4D;
}

/**
 * The gradient of a convolution with respect to its kernel.
 *
 * Kernel `weight-standardization/conv2d-kernel-gradient`: inputs `dy`, `x`, attribute
 * `geometry`; one output.
 *
 * @param dy `[batch, outHeight, outWidth, outChannels]`
 * @param x `[batch, height, width, inChannels]`
 * @param geometry the convolution's
 * @returns `[height, width, inChannels, outChannels]`
 */
export function conv2dKernelGradient(
  dy: tf.Tensor4D,
  x: tf.Tensor4D,
  geometry: Geometry,
): tf.Tensor4D {
  const [height, width] = geometry;
  if (dy.size === 0) return tf.zeros([height.taps, width.taps, x.shape[3], dy.shape[3]]);
  const compose = () => {
    if (hasNativeGradients("Conv2DBackprop", geometry)) {
      return [nativeKernelGradient("Conv2DBackprop", x, dy, geometry)];
    }
    return [
      isPointwise(geometry)
        ? pointwiseKernelGradient(x, dy, geometry)
        : composedKernelGradient(x, dy, geometry),
    ];
  };
  const name = "weight-standardization/conv2d-kernel-gradient";
  return runKernelOr(name, { dy, x }, { geometry }, compose)[0] as tf.Tensor4D;
}

/** Whether every output is a linear map of one input: a product of matrices. */
function isPointwise(geometry: Geometry): boolean {
  return geometry.every((axis) => axis.taps === 1 && axis.before === 0 && axis.after <= 0);
}

function pointwiseInputGradient(
  dy: tf.Tensor4D,
  kernel: tf.Tensor4D,
  [height, width]: Geometry,
): tf.Tensor4D {
  const [, , inChannels, outChannels] = kernel.shape;
  const transposed = tf.transpose(tf.reshape(kernel, [inChannels, outChannels]));
  const product = tf.matMul(tf.reshape(dy, [-1, outChannels]), transposed);
  const map: tf.Tensor4D = tf.reshape(product, [
    dy.shape[0],
    height.output,
    width.output,
    inChannels,
  ]);
  const rest = (axis: Axis) => [0, axis.input - axis.output * axis.stride] as const;
  return frame(spread(map, [height.stride, width.stride]), rest(height), rest(width));
}

/** `transpose(x) · dy`, or its transpose: the second operand, to be packed, is the smaller one. */
function pointwiseKernelGradient(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  [height, width]: Geometry,
): tf.Tensor4D {
  const inChannels = x.shape[3], outChannels = dy.shape[3];
  const met = crop(x, [0, height.after], [0, width.after]);
  const read = subsample(met, [height.stride, width.stride]);
  const product = inChannels < outChannels
    ? tf.transpose(sumOfOuterProducts(dy, read))
    : sumOfOuterProducts(read, dy);
  return tf.reshape(product, [1, 1, inChannels, outChannels]);
}

/** Over all pixels: `[channels of a, channels of b]`. */
function sumOfOuterProducts(a: tf.Tensor4D, b: tf.Tensor4D): tf.Tensor2D {
  const columns = tf.transpose(tf.reshape(a, [-1, a.shape[3]]));
  return tf.matMul(columns, tf.reshape(ownValues(b), [-1, b.shape[3]]));
}

/** The same values, copied where they must not be shared. */
function ownValues(x: tf.Tensor4D): tf.Tensor4D {
  return keepsPackedOperands() ? tf.mul(x, 1) : x;
}

/**
 * The convolution of `x` with `dy` for a kernel, batch and channels swapped in both: the sum runs
 * over images and outputs. Taps are then what the outputs were, and stride and dilation trade
 * places.
 */
function composedKernelGradient(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  [height, width]: Geometry,
): tf.Tensor4D {
  const border = (axis: Axis) => {
    const reach = (axis.output - 1) * axis.stride + span(axis);
    return [axis.before, reach - axis.input - axis.before] as const;
  };
  const swapped = convolve(tf.transpose(x, [3, 1, 2, 0]), tf.transpose(dy, [1, 2, 0, 3]), {
    strides: [height.dilation, width.dilation],
    dilations: [height.stride, width.stride],
    height: border(height),
    width: border(width),
  });
  return tf.transpose(swapped, [1, 2, 0, 3]);
}
