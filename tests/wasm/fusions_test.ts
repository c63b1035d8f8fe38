/** Which calls of a recorded step are computed together, and that it changes nothing. */
import assert from "node:assert/strict";
import { batchNorm } from "../../src/gradients/batch_norm.ts";
import { conv2dAndBias } from "../../src/gradients/conv2d.ts";
import { relu } from "../../src/gradients/relu.ts";
import * as tf from "../../src/tf.ts";
import { capture } from "../../src/training/capture.ts";
import { LAID_OUT } from "../../src/wasm/kernels/laid_out_convolutions.ts";
import { assertClose } from "../backends.ts";
import { variableOf } from "../training/recording.ts";
import { testOnWasm } from "./kernels.ts";
import { noise } from "./windows.ts";

const fused = ["batch-norm-relu", "batch-norm-relu-gradient"];

/** How often each of the fused kernels runs while `body` does. */
function countFused(body: () => void): number[] {
  const counts = fused.map(() => 0);
  const configs = fused.map((name) => tf.getKernel(`weight-standardization/${name}`, "wasm")!);
  const own = configs.map(({ kernelFunc }) => kernelFunc);
  configs.forEach((config, i) =>
    config.kernelFunc = (call) => {
      counts[i]!++;
      return own[i]!(call);
    }
  );
  try {
    body();
  } finally {
    configs.forEach((config, i) => config.kernelFunc = own[i]!);
  }
  return counts;
}

/** Trains a normalization with something behind it, and returns losses, statistics and weights. */
function train(behind: (normalized: tf.Tensor) => tf.Tensor, isCaptured: boolean): number[][] {
  const shape: [number, number, number, number] = [4, 5, 6, 21];
  const [gamma, beta, moving] = [tf.ones([21]), tf.zeros([21]), tf.zeros([21])]
    .map((value) => tf.variable(value)) as [tf.Variable, tf.Variable, tf.Variable];
  const weights = tf.variable(tf.randomNormal(shape, 1, 1, "float32", 3));
  const optimizer = tf.train.sgd(0.5);
  const step = (x: tf.Tensor) =>
    optimizer.minimize(
      () => {
        const inputs = [tf.mul(x, weights), gamma, beta] as [tf.Tensor, tf.Tensor1D, tf.Tensor1D];
        const { y, mean } = batchNorm(...inputs, 1e-3);
        moving.assign(tf.add(tf.mul(moving, 0.9), tf.mul(mean, 0.1)));
        return tf.mean(tf.square(behind(y)));
      },
      true,
      [weights, gamma as unknown as tf.Variable, beta as unknown as tf.Variable],
    )!;
  const captured = isCaptured ? capture(step) : undefined;
  const values = [1, 2, 3, 4].map((seed) =>
    tf.tidy(() => [...(captured ?? step)(tf.randomNormal(shape, 0, 2, "float32", seed)).dataSync()])
  );
  const state = [gamma, beta, moving, weights];
  values.push(...state.map((variable) => [...variable.dataSync()]));
  captured?.dispose();
  optimizer.dispose();
  tf.dispose(state);
  return values;
}

/** What stands behind a normalization, and how often the kernels for both run in four steps. */
const cases: [what: string, behind: (y: tf.Tensor) => tf.Tensor, counts: number[]][] = [
  ["a ReLU alone is one call with it, each way", (y) => relu(y), [4, 4]],
  ["a ReLU and a sum stay apart", (y) => tf.add(relu(y), y), [0, 0]],
  ["two ReLUs stay apart", (y) => tf.add(relu(y), tf.square(relu(y))), [0, 0]],
  ["a ReLU of another shape is one call with it", (y) => relu(tf.reshape(y, [-1, 21])), [4, 4]],
  ["no ReLU stays alone", (y) => tf.sigmoid(y), [0, 0]],
];

for (const [what, behind, expected] of cases) {
  testOnWasm(`in a recorded step, a batch norm and ${what}: as in an eager one`, () => {
    tf.tidy(() => {
      const eager = train(behind, false);
      let recorded: number[][] = [];
      const counts = countFused(() => recorded = train(behind, true));
      assert.deepEqual(counts, expected);
      assert.deepEqual(recorded, eager);
    });
  });
}

/** What stands behind a convolution of 8 channels, and the kernels that then run in a call. */
const behindConvolutions: [
  what: string,
  behind: (y: tf.Tensor, x: tf.Tensor, convolve: (x: tf.Tensor) => tf.Tensor) => tf.Tensor,
  kernels: string[],
][] = [
  ["a ReLU is one call with it", (y) => relu(y), [LAID_OUT]],
  ["a sum is one call with it", (y, x) => tf.add(y, x), [LAID_OUT]],
  ["a sum from the left and a ReLU are one call", (y, x) => relu(tf.add(x, y)), [LAID_OUT]],
  [
    "the sum of two convolutions and a ReLU are two",
    (y, x, convolve) => relu(tf.add(y, convolve(relu(x)))),
    ["relu", LAID_OUT, LAID_OUT],
  ],
  ["a sum with itself stays apart", (y) => tf.add(y, y), [LAID_OUT, "Add"]],
  ["a ReLU and a sum with it stay apart", (y) => tf.add(relu(y), y), [LAID_OUT, "relu", "Add"]],
  ["a sum over the batch stays apart", (y, x) => tf.add(y, tf.neg(tf.slice(x, 0, 1))), [
    "Slice",
    LAID_OUT,
    "Neg",
    "Add",
  ]],
  ["a ReLU before the sum is one call with it", (y, x) => tf.add(relu(y), x), [LAID_OUT, "Add"]],
];

for (const [what, behind, expected] of behindConvolutions) {
  testOnWasm(`in a recorded step, a convolution and ${what}: as in an eager one`, () => {
    const kernel = variableOf(noise([3, 3, 8, 8], 1)) as tf.Variable & tf.Tensor4D,
      bias = tf.ones([8]);
    const convolve = (x: tf.Tensor) => conv2dAndBias(x as tf.Tensor4D, kernel, bias, 1, "same");
    const step = (x: tf.Tensor) => behind(convolve(x), x, convolve);
    const captured = capture(step), x = noise([2, 5, 5, 8], 2);
    captured(x).dispose();
    const y = captured(x), wanted = tf.tidy(() => step(x));
    assertClose(y, wanted.dataSync(), 1e-5);
    assert.deepEqual(
      kernelsOf(() => capture(step), x).toSorted(),
      expected.map(fullName).toSorted(),
    );
    captured.dispose();
    tf.dispose([kernel, bias, x, y, wanted]);
  });
}

const fullName = (name: string) => /^[a-z]+$/.test(name) ? `weight-standardization/${name}` : name;

/** The kernels that a recording runs at its second call. */
function kernelsOf(make: () => ReturnType<typeof capture<[tf.Tensor], tf.Tensor>>, x: tf.Tensor) {
  const configs = tf.getKernelsForBackend("wasm"), names: string[] = [];
  const own = configs.map(({ kernelFunc }) => kernelFunc);
  configs.forEach((config, i) =>
    config.kernelFunc = (call) => {
      names.push(config.kernelName);
      return own[i]!(call);
    }
  );
  const captured = make();
  try {
    captured(x).dispose();
    names.length = 0;
    captured(x).dispose();
    return [...names];
  } finally {
    configs.forEach((config, i) => config.kernelFunc = own[i]!);
    captured.dispose();
  }
}
