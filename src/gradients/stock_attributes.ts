/** TensorFlow.js's own attributes of its convolutions and pools, as this folder's geometry. */
import * as tf from "../tf.ts";
import type { Padding2D, Size2D } from "./arguments.ts";
import { type Axis, type Geometry, span, toAxis } from "./geometry.ts";

/** The attributes of `Conv2D`, `DepthwiseConv2dNative` and `MaxPool`. */
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
  const strides = pair(attributes.strides), dilations = pair(attributes.dilations ?? 1);
  const axis = (i: 0 | 1): Axis => {
    const window = { input: inputs[i], taps: taps[i], stride: strides[i], dilation: dilations[i] };
    const { before } = toAxis(window, paddingOf(attributes, i));
    const reach = (outputs[i] - 1) * window.stride + span(window) - window.input - before;
    return { ...window, before, after: reach, output: outputs[i] };
  };
  return [axis(0), axis(1)];
}

function pair(size: Size2D): [number, number] {
  return typeof size === "number" ? [size, size] : size;
}

function paddingOf({ pad, dataFormat }: StockAttributes, axis: 0 | 1): "same" | [number, number] {
  if (pad === "same") return pad;
  if (pad === "valid") return [0, 0];
  if (typeof pad === "number") return [pad, pad];
  return pad[axis + (dataFormat === "NCHW" ? 2 : 1)] as [number, number];
}
