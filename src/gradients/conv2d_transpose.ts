import * as tf from "../tf.ts";
import { check } from "../check.ts";
import {
  checkChannels,
  checkRank,
  type Convolution2dOptions,
  type Padding2D,
  type Size2D,
} from "./arguments.ts";
import { conv2dInputGradient, conv2dKernelGradient } from "./conv2d_gradients.ts";
import { convolve, toWindow } from "./convolve.ts";
import { hasChannelsFirst } from "./data_format.ts";
import type { Geometry } from "./geometry.ts";
import { defineOperation } from "./operation.ts";
import { toGeometry } from "./sliding_window.ts";

const run = defineOperation<"x" | "kernel", { geometry: Geometry }>({
  name: "weight-standardization/conv2d-transpose",
  forward: ({ x, kernel }, { geometry }) => [
    conv2dInputGradient(x as tf.Tensor4D, kernel as tf.Tensor4D, geometry),
  ],
  inputsToSave: ["x", "kernel"],
  outputsToSave: [false],
  gradient(dy, saved, { geometry }) {
    const [x, kernel] = saved as [tf.Tensor4D, tf.Tensor4D];
    return {
      x: () => convolve(dy as tf.Tensor4D, kernel, toWindow(geometry)),
      kernel: () => conv2dKernelGradient(x, dy as tf.Tensor4D, geometry),
    };
  },
});

/** `[batch, height, width, channels]`, or `[batch, channels, height, width]` with `"NCHW"`. */
export type Shape4D = [number, number, number, number];

/**
 * Transposed 2-D convolution: the gradient of a convolution with respect to its input, here as a
 * map of its own, `<conv2dTranspose(x, kernel), y> = <x, conv2d(y, kernel)>`. Strides, padding and
 * dilations are those of that convolution: it takes the output's shape to `x`'s.
 *
 * @param x float32 `[batch, height, width, inChannels]`, or `[batch, inChannels, height, width]`
 *   with `dataFormat: "NCHW"`
 * @param kernel `[height, width, outChannels, inChannels]`
 * @param outputShape `[batch, outHeight, outWidth, outChannels]`, in the layout of `x`; with
 *   strides above 1 several fit
 * @param strides distance of the inputs, counted in outputs
 * @param pad zeros around the output, that is, what is cut off from it
 * @param options dilations and layout
 * @returns a tensor of `outputShape`
 * @throws {TypeError} if a rank, the number of channels, `outputShape` or the form of `pad` does
 *   not fit
 * @throws {RangeError} if a stride or dilation is not whole and >= 1, both are above 1, padding is
 *   not whole and >= 0, the layout is unknown, or the window larger than the padded output
 */
export function conv2dTranspose(
  x: tf.Tensor4D,
  kernel: tf.Tensor4D,
  outputShape: Shape4D,
  strides: Size2D,
  pad: Padding2D,
  options: Convolution2dOptions = {},
): tf.Tensor4D {
  const caller = "conv2dTranspose";
  checkRank(caller, "x", x, ["batch", "height", "width", "channels"]);
  checkRank(caller, "kernel", kernel, ["height", "width", "outChannels", "inChannels"]);
  const isChannelsFirst = hasChannelsFirst(caller, options.dataFormat, ["NHWC", "NCHW"]);
  checkChannels(caller, x.shape[isChannelsFirst ? 1 : 3], kernel.shape[3]);
  return tf.tidy(() => {
    const last = isChannelsFirst ? tf.transpose(x, [0, 2, 3, 1]) : x;
    const geometry = outputGeometry(last, kernel, outputShape, { strides, pad, options });
    const y = run({ x: last, kernel }, { geometry })[0] as tf.Tensor4D;
    return isChannelsFirst ? tf.transpose(y, [0, 3, 1, 2]) : y;
  });
}

/** The geometry of the convolution that takes the output's shape to `x`'s. */
function outputGeometry(
  x: tf.Tensor4D,
  kernel: tf.Tensor4D,
  outputShape: Shape4D,
  how: { strides: Size2D; pad: Padding2D; options: Convolution2dOptions },
): Geometry {
  const caller = "conv2dTranspose";
  const [batch, ...rest] = outputShape;
  const [height, width, channels] = how.options.dataFormat === "NCHW"
    ? [rest[1], rest[2], rest[0]]
    : rest;
  const [rows, columns, outChannels] = kernel.shape;
  const sizes = outputShape.length === 4 && outputShape.every((size) => Number.isInteger(size));
  const own = `x's batch (${
    x.shape[0]
  }), two sizes and the kernel's output channels (${outChannels})`;
  const fits = sizes && batch === x.shape[0] && channels === outChannels;
  check(fits, TypeError, `compute ${caller} as outputShape must have ${own}`, outputShape);
  const geometry = toGeometry(caller, [height, width], [rows, columns], how);
  if (geometry[0].output !== x.shape[1] || geometry[1].output !== x.shape[2]) {
    throw new TypeError(
      `Cannot compute ${caller} as a convolution must take outputShape to x's height and width ` +
        `[${x.shape[1]}, ${x.shape[2]}]: from the current value [${outputShape}] it gives ` +
        `[${geometry[0].output}, ${geometry[1].output}]`,
    );
  }
  return geometry;
}
