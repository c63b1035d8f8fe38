import * as tf from "../tf.ts";
import { ResizeBilinear } from "../layers/resize_bilinear.ts";
import type { Shape } from "../layers/geometry.ts";
import { asppHead, type AsppHeadOptions } from "./aspp_head.ts";
import { connect, LayerBuilder, type ModelOptions } from "./builder.ts";
import { checkCount, checkInputShape } from "./checks.ts";
import { type ResNetBackboneOptions, resnetFeatures } from "./resnet_backbone.ts";

/** Options of {@linkcode deeplabv3plus}. */
export interface DeepLabV3PlusOptions extends ModelOptions {
  /** The ResNet; its output stride is 8 unless it says another. */
  backbone: ResNetBackboneOptions;
  /** How many classes each pixel may have. */
  classes: number;
  /**
   * `[height, width, channels]`, height and width `null` where they may vary.
   *
   * @default {[null, null, 3]}
   */
  inputShape?: Shape;
  /**
   * Channels of the head's convolutions.
   *
   * @default {512}
   */
  headChannels?: number;
  /**
   * Channels that the first stage's features are brought to.
   *
   * @default {48}
   */
  lowLevelChannels?: number;
  /**
   * The head's branches beside the image pool: 1 is a 1 × 1 convolution, others are separable 3 × 3
   * ones of that dilation.
   *
   * @default {[1, 12, 24, 36]}
   */
  dilations?: readonly number[];
  /**
   * The share of channels dropped before the classifier, in training.
   *
   * @default {0.1}
   */
  dropout?: number;
}

/**
 * DeepLabv3+ on a ResNet: `[batch, height, width, channels]` to a logit for each pixel and class,
 * `[batch, height, width, classes]`. Kernels are drawn as PyTorch's `kaiming_normal_` draws them,
 * biases are 0.
 *
 * In training the batch must hold at least two images: one pixel remains of each where the head
 * pools the image.
 *
 * Sources: Chen et al., "Encoder-Decoder with Atrous Separable Convolution", 2018; mosaicml/examples
 * `deeplab` with mmsegmentation 0.22.0.
 *
 * @param options backbone, classes, and what has a default
 * @returns a LayersModel; its layers are named `backbone.` as torchvision names parameters and
 * `decode_head.` as mmsegmentation does
 * @throws {RangeError} if the depth, a count, a dilation or another value is not known
 * @throws {TypeError} if the input shape is no image's
 */
export function deeplabv3plus(options: DeepLabV3PlusOptions): tf.LayersModel {
  const { inputShape = [null, null, 3] } = options;
  const backbone = { ...options.backbone, outputStride: options.backbone.outputStride ?? 8 };
  const head = checkedHead(options);
  checkInputShape("DeepLabv3+", inputShape);
  const builder = new LayerBuilder(options);
  const image = tf.input({ shape: inputShape });
  const features = resnetFeatures(builder, image, backbone, "backbone.");
  const logits = asppHead(builder, features, head, "decode_head.");
  const resize = new ResizeBilinear({ name: "logits" });
  return tf.model({ inputs: image, outputs: connect(resize, [logits, image]) });
}

/** The head's options with their defaults. */
function checkedHead(options: DeepLabV3PlusOptions): AsppHeadOptions {
  const { classes, headChannels = 512, lowLevelChannels = 48, dropout = 0.1 } = options;
  const { dilations = [1, 12, 24, 36] } = options;
  checkCount("DeepLabv3+", "classes", classes);
  checkCount("DeepLabv3+", "headChannels", headChannels);
  checkCount("DeepLabv3+", "lowLevelChannels", lowLevelChannels);
  checkCount("DeepLabv3+", "the number of dilations", dilations.length);
  for (const dilation of dilations) checkCount("DeepLabv3+", "each of dilations", dilation);
  return { classes, headChannels, lowLevelChannels, dilations, dropout };
}
