import * as tf from "../tf.ts";
import { connect, LayerBuilder, type ModelOptions } from "./builder.ts";
import { checkCount, checkInputShape } from "./checks.ts";
import { type ResNetBackboneOptions, resnetFeatures } from "./resnet_backbone.ts";
import type { Shape } from "../layers/geometry.ts";

/** Options of {@linkcode resnet}. */
export interface ResNetOptions extends ResNetBackboneOptions, ModelOptions {
  /** How many logits. */
  classes: number;
  /**
   * `[height, width, channels]`, height and width `null` where they may vary.
   *
   * @default {[224, 224, 3]}
   */
  inputShape?: Shape;
}

/**
 * torchvision's ResNet v1.5, a classifier: `[batch, height, width, channels]` to logits
 * `[batch, classes]`. Kernels are drawn as PyTorch's `kaiming_normal_` draws them, biases are 0.
 *
 * Sources: He et al., "Deep Residual Learning", 2015; `torchvision.models.resnet`.
 *
 * @param options depth, classes, and what has a default
 * @returns a LayersModel, whose layers are named as torchvision names parameters
 * @throws {RangeError} if the depth, a count or another value is not known
 * @throws {TypeError} if the input shape is no image's
 */
export function resnet(options: ResNetOptions): tf.LayersModel {
  const { classes, inputShape = [224, 224, 3] } = options;
  checkCount("a ResNet", "classes", classes);
  checkInputShape("a ResNet", inputShape);
  const builder = new LayerBuilder(options);
  const image = tf.input({ shape: inputShape });
  const { layer4 } = resnetFeatures(builder, image, options);
  const pooled = connect(tf.layers.globalAveragePooling2d({ name: "avgpool" }), layer4);
  return tf.model({ inputs: image, outputs: builder.dense(pooled, "fc", classes) });
}
