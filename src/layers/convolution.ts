/**
 * What the convolution layers have in common: how their fields become an op's arguments, and what
 * follows the op.
 *
 * @module
 */
import * as tf from "../tf.ts";
import type { Convolution2dOptions } from "../gradients/arguments.ts";
import { outputExtent } from "./geometry.ts";
import type { ConvolutionFields, ReadableWeight, Shape } from "./stock.ts";

/** What calling a convolution needs of a layer beside its kernel: a layer of ours, or a stock one. */
export type ConvolutionSettings = Readonly<Omit<ConvolutionFields, "kernelSize">>;

/**
 * A layer's strides and options as the repaired ops take them.
 *
 * @param layer the layer
 * @returns strides `[vertical, horizontal]`, and the options
 */
export function opArguments(
  layer: ConvolutionSettings,
): { strides: [number, number]; options: Convolution2dOptions } {
  const [vertical = 1, horizontal = vertical] = layer.strides;
  const [dilationY = 1, dilationX = dilationY] = layer.dilationRate;
  const dataFormat = layer.dataFormat === "channelsFirst" ? "NCHW" : "NHWC";
  return {
    strides: [vertical, horizontal],
    options: { dilations: [dilationY, dilationX], dataFormat },
  };
}

/**
 * `activation(y + bias)`.
 *
 * @param layer the layer
 * @param y what its op gave
 * @returns a tensor of `y`'s shape
 */
export function addBiasAndActivate(layer: ConvolutionSettings, y: tf.Tensor4D): tf.Tensor4D {
  const biased = layer.useBias && layer.bias !== null
    ? tf.add(y, alongChannels(layer, layer.bias))
    : y;
  return (layer.activation === null ? biased : layer.activation.apply(biased)) as tf.Tensor4D;
}

function alongChannels(layer: ConvolutionSettings, bias: ReadableWeight): tf.Tensor {
  const value = bias.read();
  return layer.dataFormat === "channelsFirst" ? tf.reshape(value, [1, value.size, 1, 1]) : value;
}

/**
 * The shape that a convolution layer gives.
 *
 * @param layer the layer's fields
 * @param inputShape `[batch, height, width, channels]`, or with the channels first
 * @param channels how many channels the layer gives, of how many it gets
 * @returns the shape in the same format
 */
export function convolutionShape(
  layer: ConvolutionFields,
  inputShape: Shape,
  channels: (inChannels: number | null) => number | null,
): Shape {
  const [batch = null, ...rest] = inputShape;
  if (layer.dataFormat === "channelsFirst") {
    const [inChannels = null, ...extent] = rest;
    return [batch, channels(inChannels), ...outputExtent(extent, layer)];
  }
  const [height = null, width = null, inChannels = null] = rest;
  return [batch, ...outputExtent([height, width], layer), channels(inChannels)];
}
