import * as tf from "../tf.ts";
import type { Shape } from "../layers/geometry.ts";
import { groupNormalization } from "../normalization/group.ts";
import { applyWeightStandardization } from "../standardization/apply.ts";
import type { StandardizationOptions } from "../standardization/variants.ts";
import { connect, LayerBuilder, type LayerBuilderOptions, type ModelOptions } from "./builder.ts";
import { checkCount, checkInputShape } from "./checks.ts";
import { resnetV2Features, type ResNetV2FeaturesOptions } from "./resnetv2_features.ts";

/** Options of {@linkcode resnetv2}. */
export interface ResNetV2Options
  extends ResNetV2FeaturesOptions, StandardizationOptions, Pick<ModelOptions, "seed"> {
  /** How many logits. */
  classes: number;
  /**
   * `[height, width, channels]`, height and width `null` where they may vary.
   *
   * @default {[224, 224, 3]}
   */
  inputShape?: Shape;
  /**
   * Groups of each group normalization; must divide every number of channels.
   *
   * @default {32}
   */
  groups?: number;
}

/** What timm and transformers give every convolution of BiT; their classes' own default is 1e-6. */
export const bitStandardization = { variant: "timm", epsilon: 1e-8 } as const;

/**
 * The classifier of BiT, "Big Transfer": ResNetV2, pre-activation bottlenecks with group
 * normalization and weight-standardized convolutions, `[batch, height, width, channels]` to logits
 * `[batch, classes]`. All convolutions are standardized but the classifier, which is a 1 × 1
 * convolution over the pooled map, `head.fc`.
 *
 * The formula is timm's with epsilon 1e-8, which timm and transformers use for the published
 * weights. Google's own PyTorch code has `epsilon: 1e-10` for the same ones. Where weights are not
 * loaded, kernels are drawn as PyTorch's `kaiming_normal_` draws them, and the classifier is 0, as
 * BiT begins a new one.
 *
 * Published with weights: 50x1, 50x3, 101x1, 101x3, 152x2, 152x4 (depth and width). Pixels are
 * expected in `[-1, 1]`.
 *
 * Sources: Kolesnikov et al., "Big Transfer (BiT)", 2019; `google-research/big_transfer`;
 * timm `resnetv2_50x1_bit`; transformers `BitForImageClassification`.
 *
 * @param options depth, width, classes, and what has a default
 * @returns a LayersModel, standardized, whose layers are named as timm names modules
 * @throws {RangeError} if the depth, a count, the formula or another value is not known, or the
 *   groups do not divide the channels
 * @throws {TypeError} if the input shape is no image's
 *
 * @example
 * ```ts
 * import { models } from "@weight-standardization/tfjs";
 * import assert from "node:assert/strict";
 *
 * const depth = { counts: [1, 1, 1, 1], channels: [32, 32, 32, 64], stem: 32 } as const;
 * const model = models.resnetv2({ depth, groups: 8, classes: 5, inputShape: [64, 64, 3] });
 * assert.deepEqual(model.outputShape, [null, 5]);
 * assert.equal(model.getLayer("stem.conv").getClassName(), "StandardizedConv2D");
 * assert.equal(model.getLayer("head.fc").getClassName(), "RepairedConv2D");
 * ```
 */
export function resnetv2(options: ResNetV2Options): tf.LayersModel {
  return buildResNetV2(options, {});
}

/**
 * As {@linkcode resnetv2}, blank where all weights will be loaded.
 *
 * @param options as there
 * @param blank whether kernels are 0
 * @returns as there
 * @throws {RangeError} as there
 * @throws {TypeError} as there
 */
export function buildResNetV2(
  options: ResNetV2Options,
  blank: Pick<LayerBuilderOptions, "isBlank">,
): tf.LayersModel {
  const { classes, inputShape = [224, 224, 3], groups = 32, seed } = options;
  const { variant = bitStandardization.variant } = options;
  const epsilon = options.epsilon ??
    (variant === bitStandardization.variant ? bitStandardization.epsilon : undefined);
  checkCount("a ResNetV2", "classes", classes);
  checkCount("a ResNetV2", "groups", groups);
  checkInputShape("a ResNetV2", inputShape);
  const builder = new LayerBuilder({
    normalization: (args) => groupNormalization({ ...args, groups }),
    ...(seed !== undefined && { seed }),
    ...blank,
  });
  const image = tf.input({ shape: inputShape });
  const features = resnetV2Features(builder, image, options);
  const model = tf.model({ inputs: image, outputs: classifier(builder, features, classes) });
  applyWeightStandardization(model, { variant, epsilon, nLastLayersIgnore: 1 });
  return model;
}

/** A 1 × 1 convolution of the pooled map, whose kernel is BiT's `[1, 1, channels, classes]`. */
function classifier(
  builder: LayerBuilder,
  features: tf.SymbolicTensor,
  classes: number,
): tf.SymbolicTensor {
  const pooled = connect(tf.layers.globalAveragePooling2d({ name: "head.global_pool" }), features);
  const channels = features.shape.at(-1) ?? 1;
  const pixel = tf.layers.reshape({ name: "head.pixel", targetShape: [1, 1, channels] });
  const zeros = tf.initializers.zeros();
  const logits = builder.convolution(connect(pixel, pooled), "head.fc", classes, {
    useBias: true,
    kernelInitializer: zeros,
  });
  return connect(tf.layers.reshape({ name: "head.flatten", targetShape: [classes] }), logits);
}
