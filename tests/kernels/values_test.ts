/** What importing the library puts right in TensorFlow.js's forward passes. */
import assert from "node:assert/strict";
import { tf } from "../../mod.ts";
import { assertClose, forEachBackend } from "../backends.ts";

const line = (...values: number[]): tf.Tensor5D => tf.tensor5d(values, [1, values.length, 1, 1, 1]);

/** Left out there: see handed_test.ts. */
const isOnWasm = () => tf.getBackend() === "wasm";

forEachBackend("3-D windows smaller than their stride begin at the first voxel", () => {
  tf.tidy(() => {
    const x = line(1, 2, 3, 4), kernel = tf.ones<tf.Rank.R5>([1, 1, 1, 1, 1]);
    assertClose(tf.conv3d(x, kernel, 2, "same"), [1, 3], 0);
    assertClose(tf.maxPool3d(x, 1, 2, "same"), [1, 3], 0);
    assertClose(tf.avgPool3d(x, 1, 2, "same"), [1, 3], 0);
    const six = line(1, 2, 3, 4, 5, 6); // two of them are read by no window
    assertClose(tf.conv3d(six, kernel, 3, "same"), [1, 4], 0);
    const spread = tf.conv3dTranspose(line(1, 4), kernel, [1, 6, 1, 1, 1], 3, "same");
    assertClose(spread, [1, 0, 0, 4, 0, 0], 0);
    const layer = tf.layers.conv3d({ filters: 1, kernelSize: 1, strides: 2, padding: "same" });
    layer.apply(x);
    layer.setWeights([kernel, tf.zeros([1])]);
    assertClose(layer.apply(x) as tf.Tensor, [1, 3], 0);
    layer.dispose();
  });
});

forEachBackend("3-D windows of the stride's size and more are where they were", () => {
  tf.tidy(() => {
    const x = line(1, 2, 3, 4, 5), kernel = tf.ones<tf.Rank.R5>([3, 1, 1, 1, 1]);
    assertClose(tf.conv3d(x, kernel, 2, "same"), [3, 9, 9], 0);
    assertClose(tf.maxPool3d(x, [2, 1, 1], [2, 1, 1], "same"), [2, 4, 5], 0);
  });
});

forEachBackend("2-D windows that leave places out read what they cover", () => {
  tf.tidy(() => {
    const x = tf.range(1, 9).reshape<tf.Tensor4D>([1, 8, 1, 1]);
    const kernel = tf.tensor4d([1, 0], [2, 1, 1, 1]);
    assertClose(tf.conv2d(x, kernel, [4, 1], "same"), [1, 5], 0);
    assertClose(tf.depthwiseConv2d(x, kernel, [4, 4], "same"), [1, 5], 0);
    assertClose(tf.fused.conv2d({ x, filter: kernel, strides: [4, 1], pad: "same" }), [1, 5], 0);
    assertClose(tf.maxPool(x, [2, 1], [4, 1], "same"), [2, 6], 0);
  });
});

forEachBackend("maxPool3d has the maximum of values below 0", () => {
  tf.tidy(() => {
    const x = line(-1, -2, -3, -4, -5);
    assertClose(tf.maxPool3d(x, [2, 1, 1], [2, 1, 1], "valid"), [-1, -3], 0);
    assertClose(tf.maxPool3d(x, 3, 2, "same"), [-1, -2, -4], 0);
  });
});

forEachBackend("a batch normalization over axis 1 takes each channel's own statistics", () => {
  tf.tidy(() => {
    const layer = tf.layers.batchNormalization({ axis: 1, epsilon: 1e-12 });
    const x = tf.tensor4d([0, 1, 4, 7], [1, 2, 2, 1]);
    layer.apply(x);
    const weights = [[1, 2], [0, 1], [0, 1], [1, 4]]; // gamma, beta, mean, variance
    layer.setWeights(weights.map((values) => tf.tensor1d(values)));
    assertClose(layer.apply(x) as tf.Tensor, [0, 1, 4, 7], 1e-5);
    layer.dispose();
  });
});

forEachBackend("matMul broadcasts two axes of batches", () => {
  if (isOnWasm()) return;
  tf.tidy(() => {
    const a = tf.tensor4d([1, 2], [2, 1, 1, 1]), b = tf.tensor4d([1, 10, 100], [1, 3, 1, 1]);
    const product = tf.matMul(a as tf.Tensor, b);
    assert.deepEqual(product.shape, [2, 3, 1, 1]);
    assertClose(product, [1, 10, 100, 2, 20, 200], 0);
  });
});

forEachBackend("gather takes the indices of each batch from that batch", () => {
  if (isOnWasm()) return;
  tf.tidy(() => {
    const x = tf.tensor2d([0, 1, 2, 10, 11, 12], [2, 3]);
    const indices = tf.tensor2d([2, 0, 1, 1], [2, 2], "int32");
    assertClose(tf.gather(x, indices, 1, 1), [2, 0, 11, 11], 0);
    assertClose(tf.gather(x, indices, -1, 1), [2, 0, 11, 11], 0);
  });
});

forEachBackend("a number pads windows that are not square on all four sides", () => {
  if (isOnWasm()) return;
  tf.tidy(() => {
    const x = tf.tensor4d([1, 2, 3, 4, 5, 6], [1, 2, 3, 1]);
    const kernel = tf.ones<tf.Rank.R4>([1, 3, 1, 1]);
    const y = tf.conv2d(x, kernel, 1, 1);
    assert.deepEqual(y.shape, [1, 4, 3, 1]);
    assertClose(y, [0, 0, 0, 3, 6, 5, 9, 15, 11, 0, 0, 0], 0);
    assertClose(tf.maxPool(x, [3, 2], [1, 2], 1), [4, 6, 4, 6], 0);
    assertClose(tf.avgPool(x, [3, 2], [1, 2], 1), [2.5, 4, 2.5, 4], 1e-6);
  });
});

forEachBackend("dimRoundingMode ceil adds the last window", () => {
  if (isOnWasm()) return;
  tf.tidy(() => {
    const x = tf.tensor4d([1, 2, 3, 4], [1, 4, 1, 1]);
    assertClose(tf.maxPool(x, [3, 1], [2, 1], 0, "ceil"), [3, 4], 0);
    assertClose(tf.avgPool(x, [3, 1], [2, 1], 0, "ceil"), [2, 3.5], 1e-6);
  });
});

forEachBackend("depthwiseConv2d takes NCHW as it takes NHWC", () => {
  tf.tidy(() => {
    const x = tf.range(0, 12).reshape<tf.Tensor4D>([1, 2, 2, 3]);
    const kernel = tf.range(1, 9).reshape<tf.Tensor4D>([2, 2, 2, 1]);
    const last = tf.transpose<tf.Tensor4D>(x, [0, 2, 3, 1]);
    const expected = tf.transpose(tf.depthwiseConv2d(last, kernel, 1, "valid"), [0, 3, 1, 2]);
    const y = tf.depthwiseConv2d(x, kernel, 1, "valid", "NCHW");
    assert.deepEqual(y.shape, expected.shape);
    assertClose(y, expected.dataSync(), 0);
  });
});

forEachBackend("tensors without numbers are transposed", () => {
  tf.tidy(() => {
    for (const dtype of ["float32", "int32"] as const) {
      const turned = tf.transpose(tf.zeros([0, 2, 3], dtype), [0, 2, 1]);
      assert.deepEqual([turned.shape, turned.dtype, turned.size], [[0, 3, 2], dtype, 0]);
    }
    assert.deepEqual(tf.transpose(tf.zeros([0, 2, 3, 4]), [1, 0, 3, 2]).shape, [2, 0, 4, 3]);
  });
});
