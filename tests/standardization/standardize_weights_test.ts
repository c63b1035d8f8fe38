import assert from "node:assert/strict";
import * as fc from "fast-check";
import * as tf from "../../src/tf.ts";
import { standardizeWeights, type Variant } from "../../mod.ts";
import { variants } from "../../src/standardization/variants.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { pytorch } from "../fixtures/pytorch.ts";

const names = Object.keys(variants) as Variant[];

/** A kernel's shape, at least two values a filter, and its values. */
const kernels = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 5 })
  .filter((shape) => shape.slice(0, -1).reduce((a, b) => a * b) > 1)
  .chain((shape) => {
    const size = shape.reduce((a, b) => a * b);
    const value = fc.float({ min: -2, max: 2, noNaN: true });
    return fc.array(value, { minLength: size, maxLength: size }).map((values) => ({
      shape,
      // Distinct enough that no filter is constant: a constant one has a test of its own.
      values: values.map((value, i) => value + Math.sin(3 * i + 1)),
    }));
  });

function forKernels(property: (kernel: tf.Tensor, variant: Variant) => void): void {
  const holds = fc.property(kernels, fc.constantFrom(...names), ({ shape, values }, variant) => {
    tf.tidy(() => property(tf.tensor(values, shape), variant));
  });
  fc.assert(holds, { numRuns: 50, seed: 1 });
}

/** The gradient of Σ upstream ⊙ standardizeWeights(kernel). */
function gradient(kernel: tf.Tensor, upstream: tf.Tensor, variant: Variant, depthwise = false) {
  const objective = (w: tf.Tensor) =>
    tf.sum(tf.mul(upstream, standardizeWeights(w, { variant, depthwise })));
  return tf.grad(objective)(kernel);
}

forEachBackend("standardizeWeights() has PyTorch's values and gradients, each variant", () => {
  const cases = [
    ...pytorch.standardize.map((entry) => ({ ...entry, depthwise: false })),
    { ...pytorch.standardizeDepthwise, depthwise: true },
  ];
  assert.deepEqual(new Set(cases.map(({ variant }) => variant)), new Set(names));
  for (const entry of cases) {
    tf.tidy(() => {
      const { kernel, upstream, depthwise } = entry;
      const variant = entry.variant as Variant;
      const w = tf.tensor(kernel.values, kernel.shape);
      const g = tf.tensor(upstream.values, upstream.shape);
      const what = `${variant} [${kernel.shape}]`;
      assertClose(
        standardizeWeights(w, { variant, depthwise }),
        entry.standardized.values,
        2e-6,
        what,
      );
      const scale = Math.max(1, ...entry.gradient.values.map(Math.abs));
      assertClose(
        gradient(w, g, variant, depthwise),
        entry.gradient.values,
        1e-5 * scale,
        `${what} gradient`,
      );
    });
  }
});

forEachBackend("standardizeWeights() has the kernels of transformers' BiT with its epsilon", () => {
  const path = new URL("./fixtures/bit.json", import.meta.url);
  const { cases } = JSON.parse(Deno.readTextFileSync(path));
  for (const { layer, epsilon, shape, kernel, standardized } of cases) {
    assert.equal(epsilon, 1e-8, layer);
    tf.tidy(() => {
      const bit = standardizeWeights(tf.tensor(kernel, shape), { variant: "timm", epsilon });
      assertClose(bit, standardized, 1e-5, layer);
      // The class's own default is another function here.
      const off = tf.sub(standardizeWeights(tf.tensor(kernel, shape), { variant: "timm" }), bit);
      assert.ok(tf.max(tf.abs(off)).dataSync()[0]! > 0.5, layer);
    });
  }
});

forEachBackend("standardizeWeights() gives each filter mean 0 and variance 1", () => {
  forKernels((kernel, variant) => {
    const axes = kernel.shape.slice(0, -1).map((_, axis) => axis);
    const standardized = standardizeWeights(kernel, { variant, epsilon: 0 });
    const size = kernel.size / kernel.shape.at(-1)!;
    const { mean, variance } = tf.moments(standardized, axes);
    const divisor = variants[variant].unbiased ? size - 1 : size;
    assertClose(mean, new Array(mean.size).fill(0), 1e-5);
    assertClose(tf.mul(variance, size / divisor), new Array(mean.size).fill(1), 1e-4);
  });
});

forEachBackend("standardizeWeights() undoes scale and offset, and is idempotent", () => {
  forKernels((kernel, variant) => {
    const options = { variant, epsilon: 1e-10 };
    const once = standardizeWeights(kernel, options);
    const moved = standardizeWeights(tf.add(tf.mul(kernel, 3), 0.5), options);
    const twice = standardizeWeights(once, options);
    assertClose(moved, once.dataSync(), 2e-4, "moved");
    assertClose(twice, once.dataSync(), 1e-4, "twice");
  });
});

forEachBackend("standardizeWeights()'s gradient sums to 0 and is orthogonal to the kernel", () => {
  forKernels((kernel, variant) => {
    const axes = kernel.shape.slice(0, -1).map((_, axis) => axis);
    const upstream = tf.sin(tf.mul(kernel, 7));
    const d = gradient(kernel, upstream, variant);
    const magnitude = 1 + tf.max(tf.abs(d)).dataSync()[0]! * kernel.size;
    const none = new Array(kernel.shape.at(-1)!).fill(0);
    assertClose(tf.sum(d, axes), none, 1e-5 * magnitude, "sum");
    // Scaling a filter changes nothing but through epsilon.
    const along = tf.sum(tf.mul(d, standardizeWeights(kernel, { variant })), axes);
    assertClose(along, none, 1e-3 * magnitude, "along the kernel");
  });
});

forEachBackend("standardizeWeights() commutes with a permutation of the filters", () => {
  forKernels((kernel, variant) => {
    const reversed = (w: tf.Tensor) => tf.reverse(w, -1);
    const before = standardizeWeights(reversed(kernel), { variant });
    const after = reversed(standardizeWeights(kernel, { variant }));
    assertClose(before, after.dataSync(), 1e-6);
  });
});

forEachBackend("standardizeWeights() gives 0 and a finite gradient for a constant filter", () => {
  for (const variant of names) {
    tf.tidy(() => {
      const kernel = tf.fill([3, 3, 2, 2], 0.7);
      const upstream = tf.reshape(tf.range(0, 36), [3, 3, 2, 2]);
      const { epsilon, epsilonOn } = variants[variant];
      const deviation = epsilonOn === "variance" ? Math.sqrt(epsilon) : epsilon;
      const centred = tf.sub(upstream, tf.mean(upstream, [0, 1, 2], true));
      // What the rounding of the mean leaves, over the deviation.
      const rest = 5e-7 / deviation;
      assertClose(standardizeWeights(kernel, { variant }), new Array(36).fill(0), rest);
      const exact = tf.zeros([3, 3, 2, 2]);
      assertClose(standardizeWeights(exact, { variant }), new Array(36).fill(0), 0);
      const expected = tf.div(centred, deviation).dataSync();
      assertClose(gradient(exact, upstream, variant), expected, 20 / deviation * 1e-5, variant);
    });
  }
});

forEachBackend("standardizeWeights() gives 0 for one value a filter, if biased", () => {
  tf.tidy(() => {
    const kernel = tf.tensor([3, -4], [1, 1, 1, 2]);
    assertClose(standardizeWeights(kernel), [0, 0], 0);
    assert.throws(() => standardizeWeights(kernel, { variant: "paper" }), {
      name: "RangeError",
      message: /2 or more values for an unbiased variance: current value is \[1,1,1,2\]/,
    });
  });
});

forEachBackend("standardizeWeights() throws when an argument is wrong", () => {
  tf.tidy(() => {
    const kernel = tf.ones([3, 3, 1, 1]);
    const wrong = (f: () => unknown, name: string, message: RegExp) =>
      assert.throws(f, { name, message });
    wrong(() => standardizeWeights(tf.ones([3])), "TypeError", /rank 2 or more: .* \[3\]/);
    wrong(() => standardizeWeights(tf.ones([3, 3]), { depthwise: true }), "TypeError", /rank 3/);
    wrong(() => standardizeWeights(tf.ones([3, 3], "int32")), "TypeError", /float32: .* int32/);
    wrong(() => standardizeWeights([1, 2] as never), "TypeError", /must be a tensor/);
    wrong(() => standardizeWeights(tf.ones([0, 3])), "RangeError", /1 or more values/);
    wrong(() => standardizeWeights(kernel, { epsilon: -1 }), "RangeError", />= 0: .* -1/);
    wrong(() => standardizeWeights(kernel, { epsilon: NaN }), "RangeError", /finite/);
    wrong(
      () => standardizeWeights(kernel, { variant: "compose" as Variant }),
      "RangeError",
      /one of composer, timm, .*: current value is compose/,
    );
  });
});
