/**
 * What the convolution layers have in common: how their fields become an op's arguments, and what
 * follows the op.
 *
 * @module
 */
import * as tf from "../tf.ts";
import type { Convolution2dOptions, Padding2D } from "../gradients/arguments.ts";
import { outputExtent, type Padding, type Shape } from "./geometry.ts";
import { pair } from "./inputs.ts";
import type { ConvolutionFields, ReadableWeight } from "./stock.ts";

/**
 * What calling a convolution needs of a layer besides its kernel: one of ours, or a stock one.
 */
export type ConvolutionSettings<P extends Padding = Padding2D> = Readonly<
  Omit<ConvolutionFields<P>, "kernelSize">
>;

/** A layer with one kernel, ours or a stock one. */
export interface ConvolutionLike<P extends Padding = Padding2D> extends ConvolutionSettings<P> {
  /** The kernel, raw or standardized. */
  readonly kernel: ReadableWeight;
}

/**
 * A 2-D layer's strides and options as the repaired ops take them.
 *
 * @param layer the layer
 * @returns strides `[vertical, horizontal]`, and the options
 */
export function opArguments(
  layer: ConvolutionSettings,
): { strides: [number, number]; options: Convolution2dOptions } {
  const dataFormat = layer.dataFormat === "channelsFirst" ? "NCHW" : "NHWC";
  return {
    strides: pair(layer.strides),
    options: { dilations: pair(layer.dilationRate), dataFormat },
  };
}

/**
 * `activation(y + bias)`.
 *
 * @param layer the layer
 * @param y what its op gave, of any rank
 * @returns a tensor of `y`'s shape
 */
export function addBiasAndActivate<T extends tf.Tensor>(
  layer: ConvolutionSettings<Padding>,
  y: T,
): T {
  const biased = layer.useBias && layer.bias !== null
    ? tf.add(y, alongChannels(layer, layer.bias, y.rank))
    : y;
  return activate(layer, biased as T);
}

/**
 * `activation(y)`.
 *
 * @param layer the layer
 * @param y what its op gave, bias included
 * @returns a tensor of `y`'s shape
 */
export function activate<T extends tf.Tensor>(
  { activation }: ConvolutionSettings<Padding>,
  y: T,
): T {
  return (activation === null ? y : activation.apply(y)) as T;
}

function alongChannels(
  layer: ConvolutionSettings<Padding>,
  bias: ReadableWeight,
  rank: number,
): tf.Tensor {
  const value = bias.read();
  if (layer.dataFormat !== "channelsFirst") return value;
  return tf.reshape(value, [1, value.size, ...new Array<number>(rank - 2).fill(1)]);
}

/**
 * The shape that a convolution layer gives.
 *
 * @param layer the layer's fields
 * @param inputShape `[batch, ...extent, channels]`, or with the channels first
 * @param channels how many channels the layer gives, of how many it gets
 * @param toExtent the extent that it gives, of the one that it gets
 * @returns the shape in the same format
 */
export function convolutionShape(
  layer: ConvolutionFields<Padding>,
  inputShape: Shape,
  channels: (inChannels: number | null) => number | null,
  toExtent: (extent: Shape, layer: ConvolutionFields<Padding>) => Shape = outputExtent,
): Shape {
  const [batch = null, ...rest] = inputShape;
  if (layer.dataFormat === "channelsFirst") {
    const [inChannels = null, ...extent] = rest;
    return [batch, channels(inChannels), ...toExtent(extent, layer)];
  }
  const inChannels = rest.at(-1) ?? null;
  return [batch, ...toExtent(rest.slice(0, -1), layer), channels(inChannels)];
}
