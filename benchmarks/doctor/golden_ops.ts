/**
 * The operations that the golden cases name, each with a case's arguments.
 *
 * @module
 */
import { batchNorm } from "../../src/gradients/batch_norm.ts";
import type { Convolution2dOptions } from "../../src/gradients/arguments.ts";
import { conv2d } from "../../src/gradients/conv2d.ts";
import { conv2dTranspose } from "../../src/gradients/conv2d_transpose.ts";
import { conv3d } from "../../src/gradients/conv3d.ts";
import { depthwiseConv2d } from "../../src/gradients/depthwise_conv2d.ts";
import { groupNorm } from "../../src/gradients/group_norm.ts";
import { maxPool } from "../../src/gradients/max_pool.ts";
import { resizeBilinear } from "../../src/gradients/resize_bilinear.ts";
import {
  standardizedConv2d,
  standardizedDepthwiseConv2d,
  standardizeWeights,
  type Variant,
} from "../../src/standardization/mod.ts";
import * as tf from "../../src/tf.ts";
import { crossEntropy } from "../../src/training/losses.ts";

/** What a case may set. */
interface Arguments {
  strides: number;
  pad: "same" | "valid" | number;
  dilations: number;
  variant: Variant;
  depthwise: boolean;
  outputShape: [number, number, number, number];
  groups: number;
  epsilon: number;
  size: [number, number] & number;
}

type Op = (args: Arguments, ...inputs: tf.Tensor[]) => tf.Tensor;

type Convolution = (
  x: tf.Tensor4D,
  kernel: tf.Tensor4D,
  strides: number,
  pad: Arguments["pad"],
  options: Convolution2dOptions & { variant?: Variant },
) => tf.Tensor;

function convolution(convolve: Convolution, standardized = false): Op {
  return ({ strides, pad, dilations, variant }, x, kernel) =>
    convolve(x as tf.Tensor4D, kernel as tf.Tensor4D, strides, pad, {
      dilations,
      ...(standardized && { variant }),
    });
}

/** The operations, by the names that `golden.json` has. */
export const goldenOps: Readonly<Record<string, Op>> = {
  matMul: (_, a, b) => tf.matMul(a!, b!),
  conv2d: convolution(conv2d),
  depthwiseConv2d: convolution(depthwiseConv2d),
  standardizedConv2d: convolution(standardizedConv2d, true),
  standardizedDepthwiseConv2d: convolution(standardizedDepthwiseConv2d, true),
  conv2dTranspose: ({ outputShape, strides, pad }, x, kernel) =>
    conv2dTranspose(x as tf.Tensor4D, kernel as tf.Tensor4D, outputShape, strides, pad),
  conv3d: ({ strides, pad }, x, kernel) =>
    conv3d(x as tf.Tensor5D, kernel as tf.Tensor5D, strides, pad),
  standardizeWeights: ({ variant, depthwise }, kernel) =>
    standardizeWeights(kernel!, { variant, depthwise }),
  batchNorm: ({ epsilon }, x, gamma, beta) =>
    batchNorm(x!, gamma as tf.Tensor1D, beta as tf.Tensor1D, epsilon).y,
  groupNorm: ({ groups, epsilon }, x, gamma, beta) =>
    groupNorm(x!, gamma as tf.Tensor1D, beta as tf.Tensor1D, { groups, epsilon }),
  maxPool: ({ size, strides, pad }, x) => maxPool(x as tf.Tensor4D, size, strides, pad as "same"),
  avgPool: ({ size, strides, pad }, x) =>
    tf.avgPool(x as tf.Tensor4D, size, strides, pad as "same"),
  resizeBilinear: ({ size }, x) => resizeBilinear(x as tf.Tensor4D, size),
  crossEntropy: (_, logits) => {
    const labels = Int32Array.from({ length: logits!.shape[0]! }, (_, i) => i * 7 % 10);
    return crossEntropy(tf.tensor1d(labels, "int32"), logits!);
  },
};
