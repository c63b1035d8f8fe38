import assert from "node:assert/strict";
import * as fc from "fast-check";
import * as tf from "../../src/tf.ts";
import { standardizeWeights, type Variant } from "../../mod.ts";
import { variants } from "../../src/standardization/variants.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { pytorch, toTensor } from "../fixtures/pytorch.ts";

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

forEachBackend("standardizeWeights() has PyTorch's gradients of gradients, each variant", () => {
  assert.deepEqual(pytorch.standardizeTwice.map(({ variant }) => variant), names);
  for (const { variant, ...tensors } of pytorch.standardizeTwice) {
    tf.tidy(() => {
      const [kernel, upstream, direction] = [tensors.kernel, tensors.upstream, tensors.direction]
        .map((tensor) => toTensor(tensor)) as [tf.Tensor, tf.Tensor, tf.Tensor];
      const along = (w: tf.Tensor, g: tf.Tensor) => {
        const slope = tf.grad((w: tf.Tensor) =>
          tf.sum(tf.mul(g, standardizeWeights(w, { variant })))
        );
        return tf.add(tf.sum(tf.mul(slope(w), direction)), tf.sum(tf.mul(w, 0)));
      };
      const found = tf.grads(along)([kernel, upstream]) as [tf.Tensor, tf.Tensor];
      for (const [i, by] of (["byKernel", "byUpstream"] as const).entries()) {
        const { values } = tensors[by];
        assertClose(
          found[i]!,
          values,
          2e-5 * Math.max(1, ...values.map(Math.abs)),
          `${variant} ${by}`,
        );
      }
    });
  }
});

forEachBackend("standardizeWeights() gives mean 0 if it centres, variance 1 if it divides", () => {
  forKernels((kernel, variant) => {
    const axes = kernel.shape.slice(0, -1).map((_, axis) => axis);
    const { centres, divides, unbiased } = variants[variant];
    const size = kernel.size / kernel.shape.at(-1)!;
    const before = tf.moments(kernel, axes);
    const correction = size / (unbiased ? size - 1 : size);
    const variance = tf.mul(before.variance, correction);
    const scale = divides ? tf.sqrt(variance) : tf.onesLike(variance);
    const after = tf.moments(standardizeWeights(kernel, { variant, epsilon: 0 }), axes);
    const means = centres ? tf.zerosLike(before.mean) : tf.div(before.mean, scale);
    const magnitude = 1 + Math.max(...tf.abs(means).dataSync());
    assertClose(after.mean, means.dataSync(), 1e-5 * magnitude, `${variant} mean`);
    const variances = tf.div(variance, tf.square(scale)).dataSync();
    assertClose(tf.mul(after.variance, correction), variances, 1e-4 * magnitude, variant);
  });
});

forEachBackend("standardizeWeights() undoes an offset, or a scale, and is idempotent", () => {
  forKernels((kernel, variant) => {
    const { centres, divides } = variants[variant];
    const options = { variant, epsilon: divides ? 1e-10 : 0 };
    const once = standardizeWeights(kernel, options);
    const tolerance = 2e-4 * (1 + Math.max(...tf.abs(once).dataSync()));
    const moved = tf.add(tf.mul(kernel, divides ? 3 : 1), centres ? 0.5 : 0);
    assertClose(standardizeWeights(moved, options), once.dataSync(), tolerance, "moved");
    assertClose(standardizeWeights(once, options), once.dataSync(), tolerance, "twice");
  });
});

forEachBackend("standardizeWeights() is its two halves, one after the other", () => {
  forKernels((kernel) => {
    const divided = standardizeWeights(kernel, { variant: "varianceOnly" });
    const both = standardizeWeights(divided, { variant: "meanOnly" });
    const magnitude = 1 + Math.max(...tf.abs(divided).dataSync());
    assertClose(both, standardizeWeights(kernel).dataSync(), 1e-5 * magnitude);
  });
});

forEachBackend("standardizeWeights() with meanOnly is linear, and varianceOnly keeps signs", () => {
  forKernels((kernel) => {
    const other = tf.sin(tf.mul(kernel, 5));
    const centre = (w: tf.Tensor) => standardizeWeights(w, { variant: "meanOnly" });
    const sum = tf.add(tf.mul(centre(kernel), 3), centre(other));
    assertClose(centre(tf.add(tf.mul(kernel, 3), other)), sum.dataSync(), 1e-5);
    const scaled = standardizeWeights(kernel, { variant: "varianceOnly" });
    assertClose(tf.sign(scaled), tf.sign(kernel).dataSync(), 0);
  });
});

forEachBackend("standardizeWeights()'s gradient has no part along what it takes away", () => {
  forKernels((kernel, variant) => {
    const axes = kernel.shape.slice(0, -1).map((_, axis) => axis);
    const upstream = tf.sin(tf.mul(kernel, 7));
    const options = { variant, epsilon: 0 }; // through epsilon, a filter's scale counts a little
    const objective = (w: tf.Tensor) => tf.sum(tf.mul(upstream, standardizeWeights(w, options)));
    const d = tf.grad(objective)(kernel);
    const magnitude = 1 + tf.max(tf.abs(d)).dataSync()[0]! * kernel.size;
    const none = new Array(kernel.shape.at(-1)!).fill(0);
    const { centres, divides } = variants[variant];
    if (centres) assertClose(tf.sum(d, axes), none, 1e-5 * magnitude, "sum");
    if (!divides) return;
    const along = tf.sum(tf.mul(d, kernel), axes);
    assertClose(along, none, 1e-4 * magnitude, `along the kernel, ${variant}`);
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

forEachBackend("standardizeWeights() has 0 and a finite gradient for a constant filter", () => {
  for (const variant of names) {
    tf.tidy(() => {
      const kernel = tf.fill([3, 3, 2, 2], 0.7);
      const upstream = tf.reshape(tf.range(0, 36), [3, 3, 2, 2]);
      const { centres, divides, epsilon, epsilonOn } = variants[variant];
      const root = epsilonOn === "variance" ? Math.sqrt(epsilon) : epsilon;
      const deviation = divides ? root : 1;
      // What the rounding of the mean leaves, over the deviation.
      const rest = (centres ? 5e-7 : 1e-4) / deviation;
      const left = new Array(36).fill(centres ? 0 : 0.7 / deviation);
      assertClose(standardizeWeights(kernel, { variant }), left, rest, variant);
      const exact = tf.zeros([3, 3, 2, 2]);
      assertClose(standardizeWeights(exact, { variant }), new Array(36).fill(0), 0);
      const direct = centres ? tf.sub(upstream, tf.mean(upstream, [0, 1, 2], true)) : upstream;
      const expected = tf.div(direct, deviation).dataSync();
      assertClose(gradient(exact, upstream, variant), expected, 20 / deviation * 1e-5, variant);
    });
  }
});

forEachBackend("standardizeWeights() has PyTorch's values where the variance is 0", () => {
  for (
    const { variant, kernel, upstream, standardized, gradient: expected } of pytorch
      .standardizeEdges
  ) {
    tf.tidy(() => {
      const w = toTensor(kernel);
      const magnitude = (values: number[]) => 1 + Math.max(...values.map(Math.abs));
      const values = standardized.values, slopes = expected.values;
      assertClose(standardizeWeights(w, { variant }), values, 1e-6 * magnitude(values), variant);
      const d = gradient(w, toTensor(upstream), variant);
      assertClose(d, slopes, 1e-5 * magnitude(slopes), `${variant} gradient`);
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
      () => standardizeWeights(kernel, { variant: "meanOnly", epsilon: 1e-5 }),
      "RangeError",
      /epsilon must be left out for meanOnly: current value is 0.00001/,
    );
    wrong(
      () => standardizeWeights(kernel, { variant: "compose" as Variant }),
      "RangeError",
      /one of composer, timm, .*: current value is compose/,
    );
  });
});
