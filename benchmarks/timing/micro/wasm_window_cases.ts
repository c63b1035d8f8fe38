/**
 * What `wasm_kernels_bench.ts` times of sliding windows and losses: ops, on shapes of a DeepLabv3+ and
 * of a ResNet.
 *
 * @module
 */
import { conv2dOver } from "../../../src/gradients/conv2d.ts";
import {
  conv2dInputGradient,
  conv2dKernelGradient,
} from "../../../src/gradients/conv2d_gradients.ts";
import {
  depthwiseInputGradient,
  depthwiseKernelGradient,
} from "../../../src/gradients/depthwise_conv2d_gradients.ts";
import { type Axis, type Geometry, toAxis } from "../../../src/gradients/geometry.ts";
import { maxPool } from "../../../src/gradients/max_pool.ts";
import { maxPoolGradient } from "../../../src/gradients/max_pool_gradient.ts";
import * as tf from "../../../src/tf.ts";
import { segmentation } from "../../../src/training/losses.ts";
import type { KernelCase } from "./wasm_kernel_case.ts";

const random = (...shape: [number, number, number, number]): tf.Tensor4D =>
  tf.randomNormal(shape, 0, 1, "float32", 1);

/** A square map, and what slides over it. */
interface Windows {
  batch: number;
  axis: Axis;
  geometry: Geometry;
  channels: number;
}

/** Of `[batch, size, channels, …, taps, stride, dilation]`, padded so that a stride of 1 keeps it. */
function toWindows(shape: readonly number[]): Windows {
  const [batch = 1, input = 1, channels = 1] = shape;
  const [taps = 1, stride = 1, dilation = 1] = shape.slice(-3);
  const padding = (taps - 1) / 2 * dilation;
  const axis = toAxis({ input, taps, stride, dilation }, [padding, padding]);
  return { batch, axis, geometry: [axis, axis], channels };
}

/** A case whose op needs the input's map, the kernel and the output's map. */
function convolutionCase(
  kernel: string,
  last: (shape: readonly number[]) => number,
  op: (x: tf.Tensor4D, kernel: tf.Tensor4D, dy: tf.Tensor4D, geometry: Geometry) => tf.Tensor,
): Omit<KernelCase, "shape"> {
  const isDepthwise = kernel.startsWith("depthwise");
  return {
    kernel,
    prepare(shape) {
      const { batch, axis, geometry, channels } = toWindows(shape), outputs = last(shape);
      const x = random(batch, axis.input, axis.input, channels);
      const weights = random(axis.taps, axis.taps, channels, outputs);
      const outChannels = isDepthwise ? channels * outputs : outputs;
      const dy = random(batch, axis.output, axis.output, outChannels);
      return () => op(x, weights, dy, geometry);
    },
  };
}

const outChannels = (shape: readonly number[]) => shape[3]!;

/** On `[batch, size, channels, outChannels, taps, stride, dilation]`. */
const dense = [
  convolutionCase("conv2d", outChannels, (x, kernel, _dy, axes) => conv2dOver(x, kernel, axes)),
  convolutionCase(
    "conv2d-input-gradient",
    outChannels,
    (_x, kernel, dy, axes) => conv2dInputGradient(dy, kernel, axes),
  ),
  convolutionCase(
    "conv2d-kernel-gradient",
    outChannels,
    (x, _kernel, dy, axes) => conv2dKernelGradient(dy, x, axes),
  ),
];

/** On `[batch, size, channels, taps, stride, dilation]`. */
const depthwise = [
  convolutionCase(
    "depthwise-conv2d-input-gradient",
    () => 1,
    (_x, kernel, dy, axes) => depthwiseInputGradient(dy, kernel, axes),
  ),
  convolutionCase(
    "depthwise-conv2d-kernel-gradient",
    () => 1,
    (x, _kernel, dy, axes) => depthwiseKernelGradient(dy, x, axes),
  ),
];

/** On `[batch, size, channels, taps, stride, dilation]`. */
const pools: Omit<KernelCase, "shape">[] = [
  {
    kernel: "max-pool",
    prepare(shape) {
      const { batch, axis, channels } = toWindows(shape);
      const x = random(batch, axis.input, axis.input, channels);
      return () => maxPool(x, axis.taps, axis.stride, axis.before);
    },
  },
  {
    kernel: "max-pool-gradient",
    prepare(shape) {
      const { batch, axis, geometry, channels } = toWindows(shape);
      const x = random(batch, axis.input, axis.input, channels);
      const y = maxPool(x, axis.taps, axis.stride, axis.before), dy = tf.mul(y, 0.5) as tf.Tensor4D;
      return () => maxPoolGradient(dy, x, y, geometry);
    },
  },
];

/** On `[pixels, classes]`; with the gradient. */
const loss: Omit<KernelCase, "shape"> = {
  kernel: "softmax-loss",
  prepare([pixels = 1, classes = 1]) {
    const logits = tf.randomNormal([pixels, classes], 0, 1, "float32", 1);
    const labels = tf.cast(tf.randomUniform([pixels], 0, classes, "float32", 2), "int32");
    const loss = segmentation();
    return () => tf.valueAndGrad((logits: tf.Tensor) => loss(labels, logits))(logits);
  },
};

const on = (shapes: readonly number[][], cases: readonly Omit<KernelCase, "shape">[]) =>
  cases.flatMap((each) => shapes.map((shape) => ({ ...each, shape })));

/** All of them. */
export const windowCases: readonly KernelCase[] = [
  ...on([
    [16, 16, 64, 64, 3, 1, 1],
    [16, 16, 64, 128, 3, 2, 1],
    [16, 4, 256, 256, 3, 1, 1],
    [16, 8, 256, 64, 1, 1, 1],
    [16, 64, 3, 64, 7, 2, 1],
    [8, 8, 64, 64, 3, 1, 6],
  ], dense),
  ...on([[8, 16, 64, 3, 1, 1], [2, 32, 304, 3, 1, 1], [8, 8, 64, 3, 1, 6]], depthwise),
  ...on([[16, 32, 64, 3, 2, 1], [2, 128, 64, 3, 2, 1]], pools),
  ...on([[32_768, 6], [32_768, 150]], [loss]),
];
