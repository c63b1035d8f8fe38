import * as tf from "../tf.ts";
import { ChannelDropout } from "../layers/channel_dropout.ts";
import { ResizeBilinear } from "../layers/resize_bilinear.ts";
import { connect, type ConvolutionOptions, type LayerBuilder } from "./builder.ts";
import type { ResNetFeatures } from "./resnet_backbone.ts";

/** What a DeepLabv3+ head looks like. */
export interface AsppHeadOptions {
  /** How many logits. */
  classes: number;
  /** Channels of each branch and of what follows. */
  headChannels: number;
  /** Channels that the first stage's features are brought to. */
  lowLevelChannels: number;
  /** The branches: 1 is a 1 × 1 convolution, others are separable 3 × 3 ones of that dilation. */
  dilations: readonly number[];
  /** The share of channels dropped before the classifier, in training. */
  dropout: number;
}

/**
 * The decoder of DeepLabv3+: pools of the last features at several dilations, joined with the first
 * stage's, then two separable convolutions and the classifier. Every convolution but the classifier
 * has a normalization and a ReLU, the depthwise ones too.
 *
 * Sources: Chen et al., "Encoder-Decoder with Atrous Separable Convolution", 2018; mmsegmentation
 * 0.22.0's `DepthwiseSeparableASPPHead`, whose parameter names the layers have.
 *
 * @param builder adds the layers
 * @param features the backbone's
 * @param options channels, dilations and dropout
 * @param prefix what begins every layer's name
 * @returns logits of the first stage's extent, `[batch, height / 4, width / 4, classes]`
 */
export function asppHead(
  builder: LayerBuilder,
  { layer1, layer4 }: ResNetFeatures,
  options: AsppHeadOptions,
  prefix: string,
): tf.SymbolicTensor {
  const { headChannels, lowLevelChannels, classes, dropout: rate } = options;
  // Inputs of each merge stand in PyTorch's order of calls: which convolutions are the last depends
  // on it.
  const branches = [
    imagePool(builder, layer4, headChannels, prefix),
    ...options.dilations.map((dilation, index) => {
      const name = `${prefix}aspp_modules.${index}`;
      return dilation === 1
        ? convolutionModule(builder, layer4, name, headChannels)
        : separableModule(builder, layer4, name, headChannels, dilation);
    }),
  ];
  let x = connect(tf.layers.concatenate({ name: `${prefix}aspp` }), branches);
  x = convolutionModule(builder, x, `${prefix}bottleneck`, headChannels, { kernelSize: 3 });
  const low = convolutionModule(builder, layer1, `${prefix}c1_bottleneck`, lowLevelChannels);
  x = connect(new ResizeBilinear({ name: `${prefix}resize` }), [x, low]);
  x = connect(tf.layers.concatenate({ name: `${prefix}join` }), [x, low]);
  x = separableModule(builder, x, `${prefix}sep_bottleneck.0`, headChannels);
  x = separableModule(builder, x, `${prefix}sep_bottleneck.1`, headChannels);
  x = connect(new ChannelDropout({ name: `${prefix}dropout`, rate }), x);
  return builder.convolution(x, `${prefix}conv_seg`, classes, { useBias: true });
}

/** The features' mean over the image, one convolution, and back to their extent. */
function imagePool(
  builder: LayerBuilder,
  features: tf.SymbolicTensor,
  channels: number,
  prefix: string,
): tf.SymbolicTensor {
  const name = `${prefix}image_pool`;
  const mean = connect(tf.layers.globalAveragePooling2d({ name: `${name}.0` }), features);
  const targetShape = [1, 1, features.shape.at(-1) ?? 1];
  const pixel = connect(tf.layers.reshape({ name: `${name}.0.reshape`, targetShape }), mean);
  const pooled = convolutionModule(builder, pixel, `${name}.1`, channels);
  return connect(new ResizeBilinear({ name: `${name}.resize` }), [pooled, features]);
}

/** Convolution, normalization, ReLU. */
function convolutionModule(
  builder: LayerBuilder,
  x: tf.SymbolicTensor,
  name: string,
  filters: number,
  options: ConvolutionOptions = {},
): tf.SymbolicTensor {
  const y = builder.convolution(x, `${name}.conv`, filters, options);
  return normalizeAndActivate(builder, y, name);
}

/** A depthwise 3 × 3 and a 1 × 1 convolution, each with its normalization and ReLU. */
function separableModule(
  builder: LayerBuilder,
  x: tf.SymbolicTensor,
  name: string,
  filters: number,
  dilation = 1,
): tf.SymbolicTensor {
  const depthwise = `${name}.depthwise_conv`;
  const y = builder.depthwiseConvolution(x, `${depthwise}.conv`, dilation);
  const activated = normalizeAndActivate(builder, y, depthwise);
  return convolutionModule(builder, activated, `${name}.pointwise_conv`, filters);
}

function normalizeAndActivate(
  builder: LayerBuilder,
  x: tf.SymbolicTensor,
  name: string,
): tf.SymbolicTensor {
  return builder.relu(builder.normalize(x, `${name}.bn`), `${name}.activate`);
}
