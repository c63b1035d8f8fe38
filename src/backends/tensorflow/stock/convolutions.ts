/**
 * TensorFlow.js's convolutions and their gradients, for every padding, layout, dilation and stride.
 * tfjs-node's support only the paddings `valid` and `same`, pass the strides and dilations of a map
 * with channels first in the wrong places, and leave dilations and unequal strides to operations
 * that reject or ignore them when oneDNN is off.
 *
 * @module
 */
import * as tf from "../../../tf.ts";
import type { Padding2D, Size2D } from "../../../gradients/arguments.ts";
import type { Geometry } from "../../../gradients/geometry.ts";
import {
  fromChannelsLast,
  sizeOf,
  type StockAttributes,
  toChannelsLast,
  toStockGeometry,
} from "../../../gradients/stock_attributes.ts";
import type { Convolution } from "../fused/convolution.ts";
import type { Kind } from "../fused/native_convolution.ts";
import type { StockKernel, StockRunner } from "./kernel.ts";

/** The attributes of a convolution. */
interface ConvolutionAttributes extends StockAttributes {
  dimRoundingMode?: "floor" | "round" | "ceil";
  activation?: string;
  leakyreluAlpha?: number;
  /** Shapes of the result, of a gradient. */
  inputShape?: [number, number, number, number];
  filterShape?: [number, number, number, number];
}

/** The attributes for maps with channels last, and padding as a list where it was a number. */
function channelsLast(attributes: ConvolutionAttributes): ConvolutionAttributes {
  const { pad, dataFormat } = attributes;
  const sides = typeof pad === "number" ? [[pad, pad], [pad, pad]] : pad.slice(
    ...(dataFormat === "NCHW" ? [2, 4] : [1, 3]),
  );
  const list = typeof pad === "string" ? pad : [[0, 0], ...sides, [0, 0]] as Padding2D;
  return { ...attributes, pad: list, dataFormat: "NHWC" };
}

/** The geometry of a convolution that has not run yet, of a map with channels last. */
function geometryOf(x: tf.Tensor4D, filter: tf.Tensor4D, attributes: ConvolutionAttributes) {
  const { strides, dilations, pad, dimRoundingMode } = attributes;
  const [rows, columns, channels] = filter.shape;
  const { outHeight, outWidth } = tf.backend_util.computeConv2DInfo(
    x.shape,
    [rows, columns, channels, 1],
    strides,
    dilations ?? 1,
    pad as Exclude<Padding2D, Size2D>,
    dimRoundingMode,
  );
  return toStockGeometry(sizeOf(x), [rows, columns], [outHeight, outWidth], attributes);
}

function convolve(
  runner: StockRunner,
  convolution: Convolution,
  { x, filter }: { x: tf.Tensor4D; filter: tf.Tensor4D },
  attributes: ConvolutionAttributes,
): tf.Tensor4D {
  const map = toChannelsLast(x, attributes);
  const geometry = geometryOf(map, filter, channelsLast(attributes));
  return convolution.forward(runner, map, filter, geometry);
}

/** The convolution alone. */
function plainKernel(name: Kind, convolution: Convolution): StockKernel {
  return {
    name,
    compute(runner, inputs, loose) {
      // What TensorFlow.js calls it with, and types loosely.
      const attributes = loose as unknown as ConvolutionAttributes;
      const maps = inputs as { x: tf.Tensor4D; filter: tf.Tensor4D };
      return fromChannelsLast(convolve(runner, convolution, maps, attributes), attributes);
    },
  };
}

/** The convolution with its bias and activation. */
function fusedKernel(name: string, convolution: Convolution): StockKernel {
  return {
    name,
    compute(runner, { bias, preluActivationWeights: slopes, ...inputs }, loose) {
      const attributes = loose as unknown as ConvolutionAttributes; // as above
      const maps = inputs as { x: tf.Tensor4D; filter: tf.Tensor4D };
      const y = convolve(runner, convolution, maps, attributes);
      const sum = bias === undefined ? y : tf.add(y, bias);
      const isFirst = attributes.dataFormat === "NCHW" && slopes?.rank === 3;
      const last = isFirst ? tf.transpose(slopes, [1, 2, 0]) : slopes;
      const { activation, leakyreluAlpha } = attributes;
      const result = runner.applyActivation(sum, activation, last, leakyreluAlpha);
      return fromChannelsLast(result as tf.Tensor4D, attributes);
    },
  };
}

/** The geometry of a convolution whose outputs are known, of maps with channels last. */
function gradientGeometry(
  input: readonly [number, number],
  taps: readonly [number, number],
  dy: tf.Tensor4D,
  attributes: ConvolutionAttributes,
): Geometry {
  return toStockGeometry(input, taps, sizeOf(dy), channelsLast(attributes));
}

function inputGradientKernel(name: string, convolution: Convolution): StockKernel {
  return {
    name,
    compute(runner, inputs, loose) {
      const attributes = loose as unknown as Required<ConvolutionAttributes>; // as above
      const { filter } = inputs as { filter: tf.Tensor4D };
      const { inputShape: shape, dataFormat } = attributes;
      const dy = toChannelsLast(inputs.dy as tf.Tensor4D, attributes);
      if (dy.size === 0) return tf.zeros(shape);
      const size = dataFormat === "NCHW" ? [shape[2], shape[3]] : [shape[1], shape[2]];
      const taps = [filter.shape[0], filter.shape[1]] as const;
      const geometry = gradientGeometry(size as [number, number], taps, dy, attributes);
      return fromChannelsLast(convolution.inputGradient(runner, dy, filter, geometry), attributes);
    },
  };
}

function kernelGradientKernel(name: string, convolution: Convolution): StockKernel {
  return {
    name,
    compute(runner, inputs, loose) {
      const attributes = loose as unknown as Required<ConvolutionAttributes>; // as above
      const [x, dy] = [inputs.x, inputs.dy].map((map) =>
        toChannelsLast(map as tf.Tensor4D, attributes)
      ) as [tf.Tensor4D, tf.Tensor4D];
      if (dy.size === 0) return tf.zeros(attributes.filterShape);
      const [rows, columns] = attributes.filterShape;
      const geometry = gradientGeometry(sizeOf(x), [rows, columns], dy, attributes);
      return convolution.kernelGradient(runner, dy, x, geometry);
    },
  };
}

/**
 * The kernels of all convolutions in two dimensions.
 *
 * @param dense the dense convolution
 * @param depthwise the depthwise convolution
 */
export function convolutionStockKernels(
  dense: Convolution,
  depthwise: Convolution,
): StockKernel[] {
  return [
    plainKernel("Conv2D", dense),
    fusedKernel("FusedConv2D", dense),
    inputGradientKernel("Conv2DBackpropInput", dense),
    kernelGradientKernel("Conv2DBackpropFilter", dense),
    plainKernel("DepthwiseConv2dNative", depthwise),
    fusedKernel("FusedDepthwiseConv2D", depthwise),
    inputGradientKernel("DepthwiseConv2dNativeBackpropInput", depthwise),
    kernelGradientKernel("DepthwiseConv2dNativeBackpropFilter", depthwise),
  ];
}
