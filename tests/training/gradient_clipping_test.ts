/** Clipping by the norm of all gradients: PyTorch's, in captured steps and over microbatches. */
import assert from "node:assert/strict";
import fc from "fast-check";
import * as tf from "../../src/tf.ts";
import { capture } from "../../src/training/capture.ts";
import type { Dataloader } from "../../src/training/dataloader.ts";
import { clipByGlobalNorm } from "../../src/training/gradient_clipping.ts";
import { crossEntropy } from "../../src/training/losses.ts";
import { sgd } from "../../src/training/optimizers.ts";
import { Trainer, type TrainerOptions } from "../../src/training/trainer.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { sines } from "../sines.ts";
import training from "./fixtures/training.json" with { type: "json" };

const { shapes, cases, special } = training.clipping;

for (const { scale, maxNorm, norm, clipped } of cases) {
  forEachBackend(`gradients of norm ${norm} are clipped to ${maxNorm} as PyTorch's`, () => {
    const step = capture((...gradients: tf.Tensor[]) =>
      clipByGlobalNorm(gradients, maxNorm) as tf.Tensor[]
    );
    for (const clip of [(...given: tf.Tensor[]) => clipByGlobalNorm(given, maxNorm), step]) {
      tf.tidy(() => {
        const gradients = clip(...shapes.map((shape, i) => sines(shape, i, { scale })));
        gradients.forEach((gradient, i) =>
          assertClose(gradient!, clipped[i]!, 1e-6 * Math.max(1, scale * maxNorm / norm || 0))
        );
      });
    }
    step.dispose();
  });
}

for (const [name, expected] of Object.entries(special)) {
  forEachBackend(`a norm that is ${name} makes of gradients what it does in PyTorch`, () => {
    tf.tidy(() => {
      const odd = name === "nan" ? NaN : Infinity;
      const given = [tf.tensor1d([odd, 1]), tf.tensor1d([2, 3])];
      const values = clipByGlobalNorm(given, 1).map((gradient) => [...gradient!.dataSync()]);
      assert.deepEqual(values, expected.map((gradient) => gradient.map(Number)));
    });
  });
}

forEachBackend("clipping never raises a norm, nor turns a gradient", () => {
  // (tensorflow takes the smallest numbers for 0.)
  const number = fc.float({ noNaN: true, min: -1e3, max: 1e3 })
    .map((value) => Math.abs(value) < 1e-15 ? 0 : value);
  const numbers = fc.array(number, { minLength: 1, maxLength: 6 });
  const limit = fc.float({ noNaN: true, min: Math.fround(1e-3), max: 1e4 });
  fc.assert(
    fc.property(fc.array(numbers, { minLength: 1, maxLength: 4 }), limit, (values, maxNorm) => {
      tf.tidy(() => {
        const clipped = clipByGlobalNorm(values.map((each) => tf.tensor1d(each)), maxNorm)
          .flatMap((gradient) => [...gradient!.dataSync()]);
        const given = values.flat();
        const [before, after] = [Math.hypot(...given), Math.hypot(...clipped)];
        assert.ok(after <= Math.min(before, maxNorm) * (1 + 1e-5) + 1e-30, `${after}`);
        if (before < 0.99 * maxNorm) assert.deepEqual(clipped, given.map(Math.fround));
        clipped.forEach((value, i) => assert.ok(value * given[i]! >= 0));
      });
    }),
    { numRuns: 50, seed: 1 },
  );
});

forEachBackend("a missing gradient stays missing", () => {
  tf.tidy(() => {
    const [a, none] = clipByGlobalNorm([tf.tensor1d([3, 4]), undefined], 1);
    assertClose(a!, [0.6, 0.8], 1e-6);
    assert.equal(none, undefined);
    assert.deepEqual(clipByGlobalNorm([undefined], 1), [undefined]);
  });
});

const { accumulatedClipping } = training;

function loader(parts: number[]): Dataloader {
  return {
    batchesPerEpoch: 3,
    microbatchesPerBatch: parts.length,
    *batches() {
      for (let step = 0; step < 3; step++) {
        const x = sines([6, 4], 100 + step, { scale: 3 });
        const y = tf.tensor1d([0, 1, 2, 0, 1, 2], "int32");
        const xs = tf.split(x, parts), ys = tf.split(y, parts);
        tf.dispose([x, y]);
        for (const [i, part] of xs.entries()) yield { x: part, y: ys[i]! };
      }
    },
  };
}

const ways: Record<string, Partial<TrainerOptions>> = {
  "in one piece": { trainDataloader: loader([6]) },
  "cut into microbatches": { trainDataloader: loader([6]), microbatchSize: 4 },
  "loaded as microbatches": { trainDataloader: loader([4, 2]) },
  "recomputed": { trainDataloader: loader([6]), recompute: "blocks" },
};

for (const [name, options] of Object.entries(ways)) {
  forEachBackend(`fit() clips a step's gradient once, ${name}: PyTorch's weights`, async () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [4] })] });
    const [kernel, bias] = [sines([3, 4], 0, { scale: 0.5 }), sines([3], 1, { scale: 0.5 })];
    tf.tidy(() => model.setWeights([tf.transpose(kernel), bias]));
    const optimizer = sgd({ learningRate: 0.5, momentum: 0.9 });
    const { maxNorm: maxGradientNorm, losses, ...expected } = accumulatedClipping;
    const loss = crossEntropy;
    const trainer = new Trainer({ model, optimizer, loss, maxGradientNorm, ...options });
    assertClose((await trainer.fit()).losses, losses, 1e-6);
    assertClose(model.getWeights()[0]!, expected.kernel, 1e-6);
    assertClose(model.getWeights()[1]!, expected.bias, 1e-6);
    tf.dispose([kernel, bias]);
    optimizer.dispose();
    model.dispose();
  });
}

Deno.test("a Trainer refuses a norm that nothing can be clipped to", async () => {
  await tf.setBackend("cpu");
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [4] })] });
  for (const maxGradientNorm of [0, -1, NaN, Infinity]) {
    const options = { model, optimizer: sgd({ learningRate: 1 }), loss: crossEntropy };
    assert.throws(() => new Trainer({ ...options, maxGradientNorm }), {
      name: "RangeError",
      message: `Cannot train as maxGradientNorm must be > 0: current value is ${maxGradientNorm}`,
    });
  }
  model.dispose();
});
