import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import { groupNorm } from "../../src/gradients/group_norm.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { pytorch, toTensor } from "../fixtures/pytorch.ts";

type Inputs = [x: tf.Tensor, gamma: tf.Tensor1D, beta: tf.Tensor1D];

function gradientsOf(inputs: Inputs, groups: number, dy: tf.Tensor): Inputs {
  const normalize = (...[x, gamma, beta]: Inputs) =>
    groupNorm(x, gamma, beta, { groups, epsilon: 1e-5 });
  return tf.grads(normalize as (...inputs: tf.Tensor[]) => tf.Tensor)(inputs, dy) as Inputs;
}

forEachBackend("groupNorm() matches PyTorch", () => {
  for (const { groups, epsilon, ...reference } of pytorch.groupNorm) {
    tf.tidy(() => {
      const { x, gamma, beta } = reference;
      const inputs: Inputs = [toTensor(x), toTensor(gamma), toTensor(beta)];
      assertClose(groupNorm(...inputs, { groups, epsilon }), reference.y.values, 2e-6, "y");
      const [dx, dgamma, dbeta] = gradientsOf(inputs, groups, toTensor(reference.upstream));
      assertClose(dx, reference.dx.values, 2e-6, "dx");
      assertClose(dgamma, reference.dgamma.values, 1e-5, "dgamma");
      assertClose(dbeta, reference.dbeta.values, 1e-5, "dbeta");
    });
  }
});

/** Group norm in float64, by the definition, without an affine map. */
function reference(x: Float32Array, dy: Float32Array, shape: number[], groups: number) {
  const channels = shape.at(-1)!;
  const perImage = x.length / shape[0]!;
  const groupOf = (i: number) =>
    Math.floor(i / perImage) * groups + Math.floor((i % channels) / (channels / groups));
  const meansOf = (value: (i: number) => number) => {
    const sums = new Float64Array(shape[0]! * groups);
    for (let i = 0; i < x.length; i++) sums[groupOf(i)]! += value(i) * groups / perImage;
    return (i: number) => sums[groupOf(i)]!;
  };
  const mean = meansOf((i) => x[i]!);
  const variance = meansOf((i) => (x[i]! - mean(i)) ** 2);
  const deviation = (i: number) => Math.sqrt(variance(i) + 1e-5);
  const y = Float64Array.from(x, (value, i) => (value - mean(i)) / deviation(i));
  const [slope, shift] = [meansOf((i) => dy[i]! * y[i]!), meansOf((i) => dy[i]!)];
  const dx = y.map((value, i) => (dy[i]! - shift(i) - value * slope(i)) / deviation(i));
  const dgamma = new Float64Array(channels);
  y.forEach((value, i) => dgamma[i % channels]! += dy[i]! * value);
  return { y, dx, dgamma };
}

const shapes: [shape: number[], groups: number, offset: number][] = [
  [[2, 20, 20, 6], 3, 0],
  [[2, 20, 20, 6], 1, 100],
  [[1, 112, 112, 4], 2, -100],
  [[3, 5, 4], 4, 10],
  [[40, 12], 3, 10],
  [[2, 3, 2, 3, 4], 2, 1],
];

for (const [shape, groups, offset] of shapes) {
  forEachBackend(`groupNorm() is exact to float32 for [${shape}], ${groups} of ${offset}`, () => {
    tf.tidy(() => {
      const x = tf.add(tf.randomNormal(shape, 0, 1, "float32", 1), offset);
      const dy = tf.randomNormal(shape, 0.5, 1, "float32", 2);
      const channels = shape.at(-1)!;
      const inputs: Inputs = [x, tf.ones([channels]), tf.zeros([channels])];
      const values = [x.dataSync(), dy.dataSync()] as [Float32Array, Float32Array];
      const expected = reference(...values, shape, groups);
      const [dx, dgamma] = gradientsOf(inputs, groups, dy);
      const y = groupNorm(...inputs, { groups, epsilon: 1e-5 });
      assert.deepEqual(y.shape, shape);
      // x itself is only known to within half a unit in its last place.
      const ulp = 1.2e-7 * (1 + Math.abs(offset));
      assertClose(y, expected.y, 1e-5 + 8 * ulp, "y");
      assertClose(dx, expected.dx, 1e-5 + 8 * ulp, "dx");
      assertClose(dgamma, expected.dgamma, (1e-5 + ulp) * (x.size / channels), "dgamma");
    });
  });
}

forEachBackend("groupNorm() gives beta when a group is a single value", () => {
  tf.tidy(() => {
    const x: tf.Tensor2D = tf.tensor2d([[1, -2], [300, 0]]);
    const inputs: Inputs = [x, tf.tensor1d([2, 3]), tf.tensor1d([5, 6])];
    assertClose(groupNorm(...inputs, { groups: 2, epsilon: 1e-5 }), [5, 6, 5, 6], 5e-4);
    const [dx, dgamma, dbeta] = gradientsOf(inputs, 2, tf.ones([2, 2]));
    assertClose(dx, [0, 0, 0, 0], 0, "dx");
    assertClose(dgamma, [0, 0], 0, "dgamma");
    assertClose(dbeta, [2, 2], 0, "dbeta");
  });
});

Deno.test("groupNorm() throws when groups or shapes do not fit", async () => {
  await tf.setBackend("cpu");
  tf.tidy(() => {
    const [two, three]: tf.Tensor1D[] = [tf.ones([2]), tf.ones([3])];
    const x = tf.zeros([4, 3]);
    for (const groups of [2, 0, 1.5, -3]) {
      assert.throws(() => groupNorm(x, three!, three!, { groups, epsilon: 0 }), {
        name: "RangeError",
        message: `Cannot compute groupNorm as groups must divide the channels (3): current value ` +
          `is ${groups}`,
      });
    }
    assert.throws(() => groupNorm(x, three!, two!, { groups: 3, epsilon: 0 }), {
      name: "TypeError",
      message: "Cannot compute groupNorm as beta must be [3]: current value is [2]",
    });
    assert.throws(() => groupNorm(three!, three!, three!, { groups: 3, epsilon: 0 }), {
      name: "TypeError",
      message: "Cannot compute groupNorm as x must be [batch, ..., channels]: current value is [3]",
    });
  });
});
