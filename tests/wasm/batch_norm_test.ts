import assert from "node:assert/strict";
import fc from "fast-check";
import { batchNorm } from "../../src/gradients/batch_norm.ts";
import { movingBatchNorm } from "../../src/gradients/moving_batch_norm.ts";
import { relu } from "../../src/gradients/relu.ts";
import * as tf from "../../src/tf.ts";
import { assertAsComposed, testOnWasm } from "./kernels.ts";

/** Maps of few and of many rows, with channels that no vector divides. */
const sizes = fc.record({
  batch: fc.integer({ min: 1, max: 3 }),
  height: fc.integer({ min: 1, max: 9 }),
  width: fc.integer({ min: 1, max: 9 }),
  channels: fc.integer({ min: 1, max: 40 }),
  offset: fc.constantFrom(0, 3, -300),
  seed: fc.integer({ min: 1, max: 1000 }),
});

/** A map, its upstream gradient, and vectors of its channels. */
function drawn({ batch, height, width, channels, offset, seed }: {
  batch: number;
  height: number;
  width: number;
  channels: number;
  offset: number;
  seed: number;
}) {
  const shape: [number, number, number, number] = [batch, height, width, channels];
  const vector = (centre: number, seed: number) =>
    tf.randomNormal([channels], centre, 0.3, "float32", seed) as tf.Tensor1D;
  return {
    x: tf.randomNormal(shape, offset, 1, "float32", seed),
    dy: tf.randomNormal(shape, 0.5, 1, "float32", seed + 1),
    gamma: vector(1, seed + 2),
    beta: vector(0, seed + 3),
    mean: vector(offset, seed + 4),
    variance: tf.abs(vector(1, seed + 5)) as tf.Tensor1D,
  };
}

type Op = (...inputs: tf.Tensor[]) => tf.Tensor;

testOnWasm("batch norm and its gradient are the composition's, whatever the sizes", () => {
  fc.assert(fc.property(sizes, (size) => {
    tf.tidy(() => {
      const { x, dy, gamma, beta } = drawn(size);
      // A variance of two values far from 0 is theirs to within what they are rounded by.
      const tolerance = 1e-5 * (1 + Math.abs(size.offset));
      const normalize = (x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor) =>
        batchNorm(x, gamma as tf.Tensor1D, beta as tf.Tensor1D, 1e-2);
      assertAsComposed(() => Object.values(normalize(x, gamma, beta)), tolerance);
      const gradients = tf.grads(((...inputs) => normalize(...inputs as Three).y) as Op);
      assertAsComposed(() => gradients([x, gamma, beta], dy), tolerance);
    });
  }));
});

type Three = [tf.Tensor, tf.Tensor, tf.Tensor];

testOnWasm("batch norm by moving statistics is the composition's, whatever the sizes", () => {
  fc.assert(fc.property(sizes, fc.constantFrom(0, 0.1, 1), (size, rate) => {
    tf.tidy(() => {
      const { x, dy, gamma, beta, mean, variance } = drawn(size);
      const tolerance = 1e-5 * (1 + Math.abs(size.offset));
      const normalize = (x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor) => {
        const options = { epsilon: 1e-3, rate };
        const affine = [gamma, beta] as [tf.Tensor1D, tf.Tensor1D];
        return movingBatchNorm(x, ...affine, { mean, variance }, options);
      };
      assertAsComposed(() => Object.values(normalize(x, gamma, beta)), tolerance);
      const gradients = tf.grads(((...inputs) => normalize(...inputs as Three).y) as Op);
      assertAsComposed(() => gradients([x, gamma, beta], dy), tolerance);
    });
  }));
});

testOnWasm(
  "batch norm with a ReLU behind it is the two one after the other, to the last digit",
  () => {
    const run = (name: string, inputs: tf.NamedTensorMap) =>
      tf.engine().runKernel(`weight-standardization/${name}`, inputs, {
        epsilon: 1e-3,
      }) as unknown as tf.Tensor[];
    fc.assert(fc.property(sizes, (size) => {
      tf.tidy(() => {
        const { x, dy, gamma, beta } = drawn(size);
        const { y: normalized, mean, variance } = batchNorm(x, gamma, beta, 1e-3);
        const y = relu(normalized);
        const fused = run("batch-norm-relu", { x, gamma, beta });
        assertSame(fused, [y, mean, variance]);
        const statistics = { x, gamma, mean, variance };
        const positive = tf.mul(dy, tf.step(y));
        assertSame(
          run("batch-norm-relu-gradient", { dy, y, ...statistics }),
          run("batch-norm-gradient", { dy: positive, ...statistics }),
        );
      });
    }));
  },
);

function assertSame(actual: tf.Tensor[], expected: tf.Tensor[]): void {
  assert.equal(actual.length, expected.length);
  actual.forEach((tensor, i) => assert.deepEqual(tensor.dataSync(), expected[i]!.dataSync()));
}

testOnWasm("a channel that holds NaN or ∞ is NaN, the others are as without it", () => {
  tf.tidy(() => {
    for (const value of [NaN, Infinity, -Infinity]) {
      for (const channels of [5, 21]) {
        const clean = tf.randomNormal([40, channels], 0, 1, "float32", 1);
        const buffer = tf.buffer([40, channels], "float32", clean.dataSync<"float32">().slice());
        buffer.set(value, 33, 1);
        const [gamma, beta]: tf.Tensor1D[] = [tf.ones([channels]), tf.zeros([channels])];
        const normalize = (x: tf.Tensor) => batchNorm(x, gamma!, beta!, 1e-5).y;
        const dirty = buffer.toTensor();
        for (const f of [normalize, tf.grad(normalize), (x: tf.Tensor) => relu(normalize(x))]) {
          const [expected, actual] = [f(clean).dataSync(), f(dirty).dataSync()];
          actual.forEach((y, i) => assert.ok(Object.is(y, i % channels === 1 ? NaN : expected[i])));
        }
      }
    }
  });
});

testOnWasm("a batch without images has statistics that are NaN, and no gradient", () => {
  tf.tidy(() => {
    const x = tf.zeros([0, 4, 4, 3]);
    const [gamma, beta]: tf.Tensor1D[] = [tf.ones([3]), tf.zeros([3])];
    const { y, mean } = batchNorm(x, gamma!, beta!, 1e-5);
    assert.deepEqual(y.shape, x.shape);
    assert.deepEqual([...mean.dataSync()], [NaN, NaN, NaN]);
    const normalize = (x: tf.Tensor) => batchNorm(x, gamma!, beta!, 1e-5).y;
    assert.deepEqual(tf.grad(normalize)(x).shape, x.shape);
  });
});
