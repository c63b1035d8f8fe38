import * as tf from "../tf.ts";
import { checkChannels, checkRank } from "./arguments.ts";
import { conv3dInputGradient, conv3dKernelGradient } from "./conv3d_gradients.ts";
import { convolve, toWindow } from "./convolve.ts";
import { hasChannelsFirst } from "./data_format.ts";
import { unfoldDepth, unfoldKernel } from "./depth.ts";
import { hasNativeConv3d, nativeConv3d } from "./native_conv3d.ts";
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
  gradient(dy, saved, { volume }) {
    const [x, kernel] = saved as [tf.Tensor5D, tf.Tensor5D];
    return {
      x: () => conv3dInputGradient(dy as tf.Tensor5D, kernel, volume),
      kernel: () => conv3dKernelGradient(dy as tf.Tensor5D, x, volume),
    };
  },
});

function convolveVolume(x: tf.Tensor5D, kernel: tf.Tensor5D, volume: Volume): tf.Tensor5D {
  const [depth, height, width] = volume;
  const shape = [x.shape[0], depth.output, height.output, width.output, kernel.shape[4]] as const;
  // An empty batch's output has the input's shape on TensorFlow.
  if (x.size === 0) return tf.zeros([...shape]);
  if (hasNativeConv3d(volume)) return nativeConv3d(x, kernel, volume);
  const window = toWindow([height, width]);
  const images = convolve(unfoldDepth(x, depth), unfoldKernel(kernel), window);
  return tf.reshape(images, [...shape]);
}

/**
 * 3-D convolution, with a gradient for dilations above 1 and explicit padding too. Where it
 * dilates, and on wasm, it runs as one 2-D convolution, whose channels are the frames that an
 * output reads: that takes `kernelDepth` times the input's memory while it runs, though not until
 * the gradient.
 *
 * @param x float32 `[batch, depth, height, width, inChannels]`, or
 *   `[batch, inChannels, depth, height, width]` with `dataFormat: "NCDHW"`
 * @param kernel `[depth, height, width, inChannels, outChannels]`
 * @param strides distance between outputs
 * @param pad zeros around `x`
 * @param options dilations and layout
 * @returns `[batch, outDepth, outHeight, outWidth, outChannels]`, or `[batch, outChannels, …]`
 * @throws {TypeError} if a rank, the number of channels or the form of `pad` does not fit
 * @throws {RangeError} if a stride or dilation is not whole and >= 1, both are above 1, padding is
 *   not whole and >= 0, the layout is unknown, or the window larger than the padded input
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
