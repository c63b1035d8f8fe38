import * as tf from "../tf.ts";
import { checkChannels, checkPad, checkRank, type Padding2D } from "./arguments.ts";
import { conv2d } from "./conv2d.ts";
import { hasChannelsFirst } from "./data_format.ts";
import { toGeometry } from "./sliding_window.ts";

/**
 * Zeros around a sequence. `"same"` pads to `ceil(width / stride)` outputs, the odd one at the end;
 * a number pads both ends; a list is `[[0, 0], [left, right], [0, 0]]`.
 */
export type Padding1D = "valid" | "same" | number | [[0, 0], [number, number], [0, 0]];

/** TensorFlow.js's own list, with a height that a sequence does not have. */
export type StockPadding1D = [[0, 0], [0, 0], [number, number], [0, 0]];

/** Options of the one-dimensional convolution. */
export interface Convolution1dOptions {
  /** Distance between a kernel's taps. @default {1} */
  dilations?: number;
  /** Layout of the input and the output. @default {"NWC"} */
  dataFormat?: "NWC" | "NCW";
}

/**
 * 1-D convolution: the 2-D one of a map of height 1, with its gradients.
 *
 * @param x float32 `[batch, width, inChannels]`, or `[batch, inChannels, width]` with `"NCW"`
 * @param kernel `[width, inChannels, outChannels]`
 * @param stride distance between outputs
 * @param pad zeros around `x`; TensorFlow.js's form `[[0, 0], [0, 0], [left, right], [0, 0]]` also
 *   works
 * @param options dilations and layout
 * @returns `[batch, outWidth, outChannels]`, or `[batch, outChannels, outWidth]` with `"NCW"`
 * @throws {TypeError} if a rank, the number of channels or the form of `pad` does not fit
 * @throws {RangeError} if the stride or dilation is not whole and >= 1, both are above 1, padding
 *   is not whole and >= 0, the layout is unknown, or the window larger than the padded input
 */
export function conv1d(
  x: tf.Tensor3D,
  kernel: tf.Tensor3D,
  stride: number,
  pad: Padding1D | StockPadding1D,
  options: Convolution1dOptions = {},
): tf.Tensor3D {
  const caller = "conv1d";
  checkRank(caller, "x", x, ["batch", "width", "channels"]);
  checkRank(caller, "kernel", kernel, ["width", "inChannels", "outChannels"]);
  const isChannelsFirst = hasChannelsFirst(caller, options.dataFormat, ["NWC", "NCW"]);
  const [batch, ...rest] = x.shape;
  const [width, channels] = isChannelsFirst ? [rest[1], rest[0]] : rest;
  const [taps, inChannels, outChannels] = kernel.shape;
  checkChannels(caller, channels, inChannels);
  const padding = toPadding2D(pad);
  const dilations: [number, number] = [1, options.dilations ?? 1];
  const how = { strides: [1, stride] as [number, number], pad: padding, options: { dilations } };
  // The 2-D convolution would name itself in an error.
  const [, { output }] = toGeometry(caller, [1, width], [1, taps], how);
  return tf.tidy(() => {
    const map: tf.Tensor4D = tf.reshape(
      x,
      isChannelsFirst ? [batch, channels, 1, width] : [batch, 1, width, channels],
    );
    const window: tf.Tensor4D = tf.reshape(kernel, [1, taps, inChannels, outChannels]);
    const dataFormat = isChannelsFirst ? "NCHW" : "NHWC";
    const y = conv2d(map, window, how.strides, padding, { dilations, dataFormat });
    return tf.reshape(
      y,
      isChannelsFirst ? [batch, outChannels, output] : [batch, output, outChannels],
    );
  });
}

function toPadding2D(pad: Padding1D | StockPadding1D): Padding2D {
  if (typeof pad === "string") return pad;
  if (typeof pad === "number") return [[0, 0], [0, 0], [pad, pad], [0, 0]];
  const list: readonly (readonly number[])[] = Array.isArray(pad) ? pad : [];
  const place = list.length - 2; // of what is not batch, channels, or a height
  const isList = (list.length === 3 || list.length === 4) &&
    list.every((pair, i) =>
      pair.length === 2 && (i === place || pair.every((value) => value === 0))
    );
  checkPad("conv1d", isList, "[left, right]", pad);
  const [left = 0, right = 0] = list[place] ?? [];
  return [[0, 0], [0, 0], [left, right], [0, 0]];
}
