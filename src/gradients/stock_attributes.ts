/** TensorFlow.js's own attributes of its convolutions and pools, as this folder's geometry. */
import * as tf from "../tf.ts";
import type { Padding2D, Size2D } from "./arguments.ts";
import { type Axis, type Geometry, span, toAxis } from "./geometry.ts";
import type { Padding3D, Size3D, Volume } from "./volume.ts";

/** The attributes of `Conv2D`, `DepthwiseConv2dNative`, `MaxPool` and `AvgPool`. */
export interface StockAttributes {
  /** Distance between outputs. */
  strides: Size2D;
  /** Zeros around the map; a list is in the order of the layout. */
  pad: Padding2D;
  /** Layout; a pool has none. */
  dataFormat?: "NHWC" | "NCHW";
  /** Distance between taps; a pool has none. */
  dilations?: Size2D | null;
}

/** The attributes of `Conv3D`, `MaxPool3D` and `AvgPool3D`, all of them with channels last. */
export interface StockAttributes3D {
  /** Distance between outputs. */
  strides: Size3D;
  /** Zeros around the volume. */
  pad: Padding3D;
  /** Distance between taps; a pool has none. */
  dilations?: Size3D | null;
}

/** The map with its channels last. */
export function toChannelsLast(
  map: tf.Tensor4D,
  { dataFormat }: Pick<StockAttributes, "dataFormat">,
): tf.Tensor4D {
  return dataFormat === "NCHW" ? tf.transpose(map, [0, 2, 3, 1]) : map;
}

/** The map with its channels where the attributes say. */
export function fromChannelsLast(
  map: tf.Tensor4D,
  { dataFormat }: Pick<StockAttributes, "dataFormat">,
): tf.Tensor4D {
  return dataFormat === "NCHW" ? tf.transpose(map, [0, 3, 1, 2]) : map;
}

/**
 * A convolution that has run already, both of its maps with their channels last.
 *
 * @param x what it reads
 * @param filter `[height, width, …]`
 * @param y a map as large as what it makes
 * @param attributes the op's
 */
export function toStockConvolution(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  y: tf.Tensor4D,
  attributes: StockAttributes,
): { inputs: tf.Tensor4D; outputs: tf.Tensor4D; geometry: Geometry } {
  const inputs = toChannelsLast(x, attributes), outputs = toChannelsLast(y, attributes);
  const taps = [filter.shape[0], filter.shape[1]] as const;
  const geometry = toStockGeometry(sizeOf(inputs), taps, sizeOf(outputs), attributes);
  return { inputs, outputs, geometry };
}

/** Height and width of a map with its channels last. */
export function sizeOf(map: tf.Tensor4D): [height: number, width: number] {
  return [map.shape[1], map.shape[2]];
}

/**
 * The geometry of an op that has run already, so that its arguments are right. It has as many
 * outputs as the op had: `dimRoundingMode` may have rounded their number up, and with a number as
 * its padding TensorFlow.js takes the vertical stride and window for both.
 *
 * @param inputs height and width of the input
 * @param taps height and width of the window
 * @param outputs height and width of the output
 * @param attributes the op's
 */
export function toStockGeometry(
  inputs: readonly [number, number],
  taps: readonly [number, number],
  outputs: readonly [number, number],
  attributes: StockAttributes,
): Geometry {
  const strides = toTuple(attributes.strides, 2);
  const dilations = toTuple(attributes.dilations ?? 1, 2);
  const axis = (i: 0 | 1): Axis => {
    const window = { taps: taps[i], stride: strides[i]!, dilation: dilations[i]! };
    return toStockAxis({ input: inputs[i], ...window }, paddingOf(attributes, i), outputs[i]);
  };
  return [axis(0), axis(1)];
}

/**
 * As {@linkcode toStockGeometry}, of an op on volumes.
 *
 * @param x the input `[batch, depth, height, width, channels]`
 * @param filterSize depth, height and width of the window
 * @param y the output
 * @param attributes the op's
 */
export function toStockVolume(
  x: tf.Tensor5D,
  filterSize: Size3D,
  y: tf.Tensor5D,
  attributes: StockAttributes3D,
): Volume {
  const { pad } = attributes;
  const taps = toTuple(filterSize, 3), strides = toTuple(attributes.strides, 3);
  const dilations = toTuple(attributes.dilations ?? 1, 3);
  const axis = (i: 0 | 1 | 2): Axis => {
    const window = { taps: taps[i]!, stride: strides[i]!, dilation: dilations[i]! };
    const input = x.shape[i + 1]!, output = y.shape[i + 1]!;
    const padding = typeof pad === "object" ? pad[i + 1]! : toPadding(pad);
    return toStockAxis({ input, ...window }, padding, output);
  };
  return [axis(0), axis(1), axis(2)];
}

/** An axis that has as many outputs as the op had. */
function toStockAxis(
  window: Pick<Axis, "input" | "taps" | "stride" | "dilation">,
  padding: "same" | readonly [number, number],
  output: number,
): Axis {
  const { before } = toAxis(window, padding);
  const after = (output - 1) * window.stride + span(window) - window.input - before;
  return { ...window, before, after, output };
}

function toTuple(size: number | readonly number[], length: number): readonly number[] {
  return typeof size === "number" ? Array.from({ length }, () => size) : size;
}

function paddingOf({ pad, dataFormat }: StockAttributes, axis: 0 | 1): "same" | [number, number] {
  if (typeof pad !== "object") return toPadding(pad);
  return pad[axis + (dataFormat === "NCHW" ? 2 : 1)] as [number, number];
}

function toPadding(pad: "same" | "valid" | number): "same" | [number, number] {
  if (pad === "same") return pad;
  return pad === "valid" ? [0, 0] : [pad, pad];
}
