/**
 * What the repaired gradients cost on wasm, beside the forward pass and TensorFlow.js's own.
 *
 *     deno bench --allow-read=node_modules --allow-env benchmarks/timing/micro/gradients_bench.ts
 *
 * Maps are `[16, 32, 32, 64]`; a dense 3×3 convolution of 64 to 64 channels is 1.2 GFLOP. Every
 * figure contains reading the result, about 2 ms where that is a map.
 */
import "npm:@tensorflow/tfjs-backend-wasm@4.22.0";
import * as tf from "../../../src/tf.ts";
import { batchNorm } from "../../../src/gradients/batch_norm.ts";
import { conv2d } from "../../../src/gradients/conv2d.ts";
import {
  conv2dInputGradient,
  conv2dKernelGradient,
} from "../../../src/gradients/conv2d_gradients.ts";
import { depthwiseConv2d } from "../../../src/gradients/depthwise_conv2d.ts";
import {
  depthwiseInputGradient,
  depthwiseKernelGradient,
} from "../../../src/gradients/depthwise_conv2d_gradients.ts";
import { maxPool } from "../../../src/gradients/max_pool.ts";
import { resizeBilinear } from "../../../src/gradients/resize_bilinear.ts";
import { toGeometry } from "../../../src/gradients/sliding_window.ts";
import { extendWasm } from "../../../src/wasm/register.ts";

tf.enableProdMode();
extendWasm();
await tf.setBackend("wasm");

/** The shape of every map. */
const MAP: [number, number, number, number] = [16, 32, 32, 64];

const random = (...shape: [number, number, number, number]): tf.Tensor4D =>
  tf.randomNormal(shape, 0, 1, "float32", 1);

const x = random(...MAP), dy = random(...MAP);

/** Declares a benchmark of a function that makes tensors: the first one is read. */
function measure(group: string, name: string, op: () => tf.Tensor, baseline = false): void {
  Deno.bench({
    group,
    name: `${group}: ${name}`,
    baseline,
    n: 12,
    warmup: 3,
    fn: () => tf.tidy(() => void op().dataSync()),
  });
}

for (const [taps, stride] of [[3, 1], [3, 2], [1, 1]] as const) {
  const kernel = random(taps, taps, 64, 64), pad = (taps - 1) / 2;
  const how = { strides: stride, pad, options: {} };
  const geometry = toGeometry("bench", [32, 32], [taps, taps], how);
  const upstream = stride === 1 ? dy : random(16, 16, 16, 64);
  const group = `conv2d ${taps}×${taps}, stride ${stride}`;
  measure(group, "forward", () => conv2d(x, kernel, stride, pad), true);
  measure(group, "d input", () => conv2dInputGradient(upstream, kernel, geometry));
  measure(group, "d kernel", () => conv2dKernelGradient(upstream, x, geometry));
  measure(
    group,
    "d input, TensorFlow.js's own",
    () => tf.conv2dTranspose(upstream, kernel, MAP, stride, "same"),
  );
}

for (const dilation of [1, 12]) {
  const kernel = random(3, 3, 64, 1), options = { dilations: dilation };
  const geometry = toGeometry("bench", [32, 32], [3, 3], { strides: 1, pad: dilation, options });
  const group = `depthwiseConv2d 3×3, dilation ${dilation}`;
  measure(group, "forward", () => depthwiseConv2d(x, kernel, 1, dilation, options), true);
  measure(group, "d input", () => depthwiseInputGradient(dy, kernel, geometry));
  measure(group, "d kernel", () => depthwiseKernelGradient(dy, x, geometry));
}

const [gamma, beta]: [tf.Tensor1D, tf.Tensor1D] = [tf.ones([64]), tf.zeros([64])];
const normalize = (x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor): tf.Tensor =>
  batchNorm(x, gamma as tf.Tensor1D, beta as tf.Tensor1D, 1e-5).y;
const normalizeGradients = tf.grads(normalize as (...inputs: tf.Tensor[]) => tf.Tensor);
measure("batchNorm", "forward", () => normalize(x, gamma, beta), true);
measure(
  "batchNorm",
  "forward and backward",
  () => normalizeGradients([x, gamma, beta], dy)[0] as tf.Tensor,
);

const pool = (x: tf.Tensor): tf.Tensor => maxPool(x as tf.Tensor4D, 3, 2, 1);
const pooled = random(16, 16, 16, 64);
measure("maxPool 3×3, stride 2", "forward", () => pool(x), true);
measure("maxPool 3×3, stride 2", "forward and backward", () => tf.grad(pool)(x, pooled));

const resize = (x: tf.Tensor): tf.Tensor => resizeBilinear(x as tf.Tensor4D, [32, 32]);
const small = random(16, 8, 8, 64);
measure("resizeBilinear 8 to 32", "forward", () => resize(small), true);
measure("resizeBilinear 8 to 32", "forward and backward", () => tf.grad(resize)(small, dy));
