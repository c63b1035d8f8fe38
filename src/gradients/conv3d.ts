import * as tf from "../tf.ts";
import { checkChannels, checkRank } from "./arguments.ts";
import { conv2dInputGradient, conv2dKernelGradient } from "./conv2d_gradients.ts";
import { convolve, toWindow } from "./convolve.ts";
import { hasChannelsFirst } from "./data_format.ts";
import { foldDepth, foldKernel, unfoldDepth, unfoldKernel } from "./depth.ts";
import { defineOperation } from "./operation.ts";
import {
  type Convolution3dOptions,
  type Padding3D,
  type Size3D,
  toVolume,
  type Volume,
} from "./volume.ts";

const run = defineOperation<"x" | "kernel", { volume: Volume }>({
  name: "weight-standardization/conv3d",
  forward: ({ x, kernel }, { volume }) => [
    convolveVolume(x as tf.Tensor5D, kernel as tf.Tensor5D, volume),
  ],
  inputsToSave: ["x", "kernel"],
  outputsToSave: [false],
  gradient(dy, saved, { volume: [depth, height, width] }) {
    const [x, kernel] = saved as [tf.Tensor5D, tf.Tensor5D];
    const images = () => toImages(dy as tf.Tensor5D);
    return {
      x() {
        const parts = conv2dInputGradient(images(), unfoldKernel(kernel), [height, width]);
        return foldDepth(parts, depth);
      },
      kernel() {
        const unfolded = conv2dKernelGradient(images(), unfoldDepth(x, depth), [height, width]);
        return foldKernel(unfolded, depth.taps);
      },
    };
  },
});

function convolveVolume(
  x: tf.Tensor5D,
  kernel: tf.Tensor5D,
  [depth, height, width]: Volume,
): tf.Tensor5D {
  const window = toWindow([height, width]);
  const images = convolve(unfoldDepth(x, depth), unfoldKernel(kernel), window);
  const shape = [x.shape[0], depth.output, height.output, width.output, kernel.shape[4]] as const;
  return tf.reshape(images, [...shape]);
}

/** The frames of a volume as images. */
function toImages(volume: tf.Tensor5D): tf.Tensor4D {
  const [batch, depth, height, width, channels] = volume.shape;
  return tf.reshape(volume, [batch * depth, height, width, channels]);
}

/**
 * 3-D convolution, with a gradient for dilations above 1 and explicit padding too. It runs as one
 * 2-D convolution, whose channels are the frames that an output reads: that takes `kernelDepth`
 * times the input's memory while it runs, not until the gradient, and every backend is fast at it.
 * (TensorFlow.js's own refuses to differentiate where it dilates, and is a plain loop on wasm.)
 *
 * @param x float32 `[batch, depth, height, width, inChannels]`, or
 *     `[batch, inChannels, depth, height, width]` with `dataFormat: "NCDHW"`
 * @param kernel `[depth, height, width, inChannels, outChannels]`
 * @param strides distance between outputs
 * @param pad zeros around `x`
 * @param options dilations and layout
 * @returns `[batch, outDepth, outHeight, outWidth, outChannels]`, or `[batch, outChannels, …]`
 * @throws {TypeError} if a rank, the number of channels or the form of `pad` is another
 * @throws {RangeError} if a stride or dilation is not whole and >= 1, both are above 1, padding is
 *     not whole and >= 0, the layout is unknown, or the window larger than the padded input
 */
export function conv3d(
  x: tf.Tensor5D,
  kernel: tf.Tensor5D,
  strides: Size3D,
  pad: Padding3D,
  options: Convolution3dOptions = {},
): tf.Tensor5D {
  const caller = "conv3d";
  const channels = ["inChannels", "outChannels"];
  checkRank(caller, "x", x, ["batch", "depth", "height", "width", "channels"]);
  checkRank(caller, "kernel", kernel, ["depth", "height", "width", ...channels]);
  const { dilations = 1, dataFormat } = options;
  const isChannelsFirst = hasChannelsFirst(caller, dataFormat, ["NDHWC", "NCDHW"]);
  checkChannels(caller, x.shape[isChannelsFirst ? 1 : 4], kernel.shape[3]);
  return tf.tidy(() => {
    const last = isChannelsFirst ? tf.transpose(x, [0, 2, 3, 4, 1]) : x;
    const [, ...inputs] = last.shape;
    const [depth, height, width] = kernel.shape;
    const how = { strides, pad, dilations };
    const volume = toVolume(caller, [inputs[0], inputs[1], inputs[2]], [depth, height, width], how);
    const y = run({ x: last, kernel }, { volume })[0] as tf.Tensor5D;
    return isChannelsFirst ? tf.transpose(y, [0, 4, 1, 2, 3]) : y;
  });
}
