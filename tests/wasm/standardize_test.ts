import fc from "fast-check";
import { standardizeWeights } from "../../src/standardization/standardize_weights.ts";
import { type Variant, variants } from "../../src/standardization/variants.ts";
import * as tf from "../../src/tf.ts";
import { assertAsComposed, testOnWasm } from "./kernels.ts";

const names = Object.keys(variants) as Variant[];

testOnWasm("standardization and its gradient are the composition's, for every variant", () => {
  const sizes = fc.record({
    size: fc.integer({ min: 2, max: 100 }),
    count: fc.integer({ min: 1, max: 40 }),
    variant: fc.constantFrom(...names),
    offset: fc.constantFrom(0, 1),
  });
  fc.assert(fc.property(sizes, ({ size, count, variant, offset }) => {
    tf.tidy(() => {
      const kernel = tf.randomNormal([size, count], offset, 1, "float32", size);
      const dy = tf.randomNormal([size, count], 0.5, 1, "float32", count + 1);
      const standardize = (kernel: tf.Tensor) => standardizeWeights(kernel, { variant });
      assertAsComposed(() => [standardize(kernel)], 1e-5);
      assertAsComposed(() => [tf.grad(standardize)(kernel, dy)], 3e-5);
    });
  }));
});

testOnWasm("constant filters, one value a filter and filters of NaN are as composed", () => {
  tf.tidy(() => {
    const filters = [[0, 2, 7, NaN], [1, 2, 7, 1], [0, 2, 7, 2]];
    const dy = tf.tensor2d([[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]]);
    for (const variant of names) {
      const standardize = (kernel: tf.Tensor) => standardizeWeights(kernel, { variant });
      const kernel = tf.tensor2d(filters);
      assertAsComposed(() => [standardize(kernel), tf.grad(standardize)(kernel, dy)], 1e-6);
      if (variants[variant].unbiased) continue;
      assertAsComposed(() => [standardize(tf.tensor2d([[1, 2, 3]]))], 0);
    }
    const exactly = (kernel: tf.Tensor) => standardizeWeights(kernel, { epsilon: 0 });
    const some = tf.tensor2d([[1, 2, 3, 4, 5], [1, 2, 4, 8, 0]]);
    assertAsComposed(() => [exactly(some)], 1e-6); // 0 / 0 in two of them
  });
});
