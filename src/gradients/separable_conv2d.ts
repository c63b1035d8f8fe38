import * as tf from "../tf.ts";
import { check } from "../check.ts";
import { checkRank, type Convolution2dOptions, type Padding2D, type Size2D } from "./arguments.ts";
import { conv2d } from "./conv2d.ts";
import { hasChannelsFirst } from "./data_format.ts";
import { depthwiseConv2d } from "./depthwise_conv2d.ts";

/**
 * Separable 2-D convolution: a depthwise one, then a pointwise one over all of its channels.
 *
 * @param x float32 `[batch, height, width, inChannels]`, or `[batch, inChannels, height, width]`
 *     with `dataFormat: "NCHW"`
 * @param depthwiseKernel `[height, width, inChannels, multiplier]`
 * @param pointwiseKernel `[1, 1, inChannels * multiplier, outChannels]`
 * @param strides distance between outputs
 * @param pad zeros around `x`
 * @param options dilations of the depthwise kernel, and layout
 * @returns `[batch, outHeight, outWidth, outChannels]`, or `[batch, outChannels, …]` with `"NCHW"`
 * @throws {TypeError} if a rank, a kernel's shape or the form of `pad` does not fit
 * @throws {RangeError} if a stride or dilation is not whole and >= 1, both are above 1, padding is
 *     not whole and >= 0, the layout is unknown, or the window larger than the padded input
 */
export function separableConv2d(
  x: tf.Tensor4D,
  depthwiseKernel: tf.Tensor4D,
  pointwiseKernel: tf.Tensor4D,
  strides: Size2D,
  pad: Padding2D,
  options: Convolution2dOptions = {},
): tf.Tensor4D {
  checkKernels(x, depthwiseKernel, pointwiseKernel);
  const isChannelsFirst = hasChannelsFirst("separableConv2d", options.dataFormat, ["NHWC", "NCHW"]);
  return tf.tidy(() => {
    // One change of layout for both convolutions.
    const last = isChannelsFirst ? tf.transpose(x, [0, 2, 3, 1]) : x;
    const how: Convolution2dOptions = { ...options, dataFormat: "NHWC" };
    const perChannel = depthwiseConv2d(last, depthwiseKernel, strides, pad, how);
    const y = conv2d(perChannel, pointwiseKernel, 1, "valid");
    return isChannelsFirst ? tf.transpose(y, [0, 3, 1, 2]) : y;
  });
}

function checkKernels(x: tf.Tensor4D, depthwise: tf.Tensor4D, pointwise: tf.Tensor4D): void {
  const caller = "separableConv2d";
  const taps = ["height", "width"];
  checkRank(caller, "x", x, ["batch", ...taps, "channels"]);
  checkRank(caller, "depthwiseKernel", depthwise, [...taps, "inChannels", "multiplier"]);
  checkRank(caller, "pointwiseKernel", pointwise, ["1", "1", "inChannels", "outChannels"]);
  const channels = depthwise.shape[2] * depthwise.shape[3];
  const [height, width, inChannels] = pointwise.shape;
  const holds = height === 1 && width === 1 && inChannels === channels;
  const wanted = `[1, 1, ${channels}, outChannels], for the depthwise kernel's outputs`;
  const requirement = `compute ${caller} as pointwiseKernel must be ${wanted}`;
  check(holds, TypeError, requirement, pointwise.shape);
}
