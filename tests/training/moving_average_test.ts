/** The moving average of weights: Composer's, and who sees it when. */
import assert from "node:assert/strict";
import fc from "fast-check";
import * as tf from "../../src/tf.ts";
import { batchNormalization } from "../../src/normalization/mod.ts";
import type { Callback } from "../../src/training/callback.ts";
import type { Dataloader } from "../../src/training/dataloader.ts";
import { crossEntropy } from "../../src/training/losses.ts";
import { Accuracy } from "../../src/training/metrics.ts";
import {
  averageRule,
  MovingAverage,
  type MovingAverageOptions,
} from "../../src/training/moving_average.ts";
import { sgd } from "../../src/training/optimizers.ts";
import { Trainer, type TrainerOptions } from "../../src/training/trainer.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { sines } from "../sines.ts";
import training from "./fixtures/training.json" with { type: "json" };

function network(): tf.LayersModel {
  const kernelInitializer = tf.initializers.glorotUniform({ seed: 1 });
  const layers = [
    tf.layers.dense({ units: 3, inputShape: [2], kernelInitializer }),
    batchNormalization({}),
  ];
  return tf.sequential({ layers });
}

for (
  const [halfLife, { smoothing, updateInterval, averages }] of Object.entries(
    training.movingAverage,
  )
) {
  forEachBackend(`an average of half-life ${halfLife} is Composer's, statistics included`, () => {
    const options = { halfLife, updateInterval } as MovingAverageOptions;
    const rule = averageRule(options, 100);
    assert.ok(Math.abs(rule.smoothing - smoothing) < 1e-9);
    const model = network(), average = new MovingAverage(model, rule);
    averages.forEach((expected, i) => {
      const step = i + 1;
      tf.tidy(() => {
        // PyTorch's kernel is transposed; a mean and a variance come last there, too.
        model.weights.forEach((weight, place) => {
          const [rows, columns] = weight.shape as [number, number];
          const value = place > 0
            ? sines([rows], 10 * step + place)
            : tf.transpose(sines([columns, rows], 10 * step));
          (weight.read() as tf.Variable).assign(value);
        });
        average.update(step);
        average.use();
        model.weights.forEach((weight, place) => {
          const value = place > 0 ? weight.read() : tf.transpose(weight.read());
          assertClose(value, expected[place]!, 1e-6, `weight ${place} at step ${step}`);
        });
        average.release();
      });
    });
    average.dispose();
    model.dispose();
  });
}

forEachBackend("what a weight was counts for half after a half-life, a quarter after two", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 3 }),
      (half, interval) => {
        const model = network();
        const options = {
          halfLife: `${half * interval}ba`,
          updateInterval: `${interval}ba`,
        } as const;
        const average = new MovingAverage(model, averageRule(options, 10));
        const kernel = model.weights[0]!.read() as tf.Variable;
        tf.tidy(() => kernel.assign(tf.onesLike(kernel)));
        // The average begins at a step of the interval, so that updates are due from the next one on.
        let step = interval;
        average.update(step);
        tf.tidy(() => kernel.assign(tf.zerosLike(kernel)));
        for (const share of [0.5, 0.25]) {
          for (const end = step + half * interval; step < end;) average.update(++step);
          average.use();
          assertClose(kernel, new Array(6).fill(share), 1e-6);
          average.release();
        }
        average.dispose();
        model.dispose();
      },
    ),
    { numRuns: 8, seed: 1 },
  );
});

const sides: Dataloader = {
  batchesPerEpoch: 4,
  *batches(epoch) {
    for (let i = 0; i < 4; i++) {
      const x = tf.randomUniform([8, 2], -1, 1, "float32", 10 * epoch + i + 1);
      yield { x, y: tf.tidy(() => tf.cast(tf.greater(tf.sum(x, 1), 0), "int32")) };
    }
  },
};

function make(options: Partial<TrainerOptions> = {}) {
  const model = options.model ?? network();
  const optimizer = sgd({ learningRate: 0.5, momentum: 0.9 });
  const metrics = [new Accuracy()];
  const loaders = { trainDataloader: sides, evalDataloader: sides };
  const trainer = new Trainer({
    model,
    optimizer,
    loss: crossEntropy,
    metrics,
    ...loaders,
    ...options,
  });
  const free = () => {
    trainer.dispose();
    optimizer.dispose();
    model.dispose();
  };
  return { model, trainer, free };
}

const valuesOf = (model: tf.LayersModel) => model.getWeights().map((w) => [...w.dataSync()]);

forEachBackend("evaluations and the end of fit() see the average, steps the weights", async () => {
  const seen: Record<string, number[][]> = {};
  const callbacks: Callback[] = [(event, { step, model }) => {
    seen[`${event} ${step}`] = valuesOf(model);
  }];
  const plain = make({ maxDuration: "6ba", callbacks });
  const { losses } = await plain.trainer.fit();
  const unaveraged = { ...seen };
  plain.free();
  const movingAverage = { halfLife: "2ba" } as const;
  const { model, trainer, free } = make({ maxDuration: "6ba", callbacks, movingAverage });
  assert.deepEqual((await trainer.fit()).losses, losses, "training knows nothing of it");
  for (let step = 1; step <= 6; step++) {
    assert.deepEqual(seen[`stepEnd ${step}`], unaveraged[`stepEnd ${step}`]);
  }
  // What Composer's formula makes of the weights after each step.
  const smoothing = 2 ** -0.5;
  const averageAfter = (steps: number) =>
    Array.from({ length: steps }, (_, i) => unaveraged[`stepEnd ${i + 1}`]!).reduce((
      sum,
      weights,
    ) =>
      sum.map((values, i) =>
        values.map((value, j) => smoothing * value + (1 - smoothing) * weights[i]![j]!)
      )
    );
  for (const [event, steps] of [["evalEnd 4", 4], ["evalEnd 6", 6], ["fitEnd 6", 6]] as const) {
    seen[event]!.forEach((values, i) => assertClose(values, averageAfter(steps)[i]!, 1e-6, event));
  }
  assert.deepEqual(valuesOf(model), seen["fitEnd 6"], "what predicts");
  assert.deepEqual(await trainer.evaluate(), trainer.state.evaluation);
  free();
});

forEachBackend(
  "a second fit() goes on from the trained weights, not from the average",
  async () => {
    const whole = make({ maxDuration: "6ba" });
    const first = await whole.trainer.fit(), second = await whole.trainer.fit();
    whole.free();
    const averaged = make({ maxDuration: "6ba", movingAverage: { smoothing: 0.9 } });
    assert.deepEqual((await averaged.trainer.fit()).losses, first.losses);
    assert.deepEqual((await averaged.trainer.fit()).losses, second.losses);
    averaged.free();
  },
);

forEachBackend("frozen weights stay what they are, to the last digit", async () => {
  const model = network();
  model.layers[0]!.trainable = false;
  const before = valuesOf(model).slice(-2);
  const frozen = model.layers[0]!.getWeights().map((weight) => [...weight.dataSync()]);
  const { trainer, free } = make({ model, movingAverage: { halfLife: "3ba" } });
  await trainer.fit();
  assert.deepEqual(model.layers[0]!.getWeights().map((weight) => [...weight.dataSync()]), frozen);
  assert.notDeepEqual(valuesOf(model).slice(-2), before);
  free();
});

Deno.test("an average's rule follows its durations, as Composer's does", () => {
  const rule = (options: MovingAverageOptions) => averageRule(options, 10);
  assert.deepEqual(rule({}), { smoothing: 0.5 ** (1 / 1000), interval: 1, first: 1 });
  assert.deepEqual(rule({ halfLife: "2ep" }), { smoothing: Math.SQRT1_2, interval: 10, first: 10 });
  assert.deepEqual(rule({ halfLife: "2ep", start: "15ba" }).first, 20);
  assert.deepEqual(rule({ smoothing: 0.5, start: "7ba" }), {
    smoothing: 0.5,
    interval: 1,
    first: 7,
  });
  assert.deepEqual(rule({ smoothing: 0.5, updateInterval: "5ba" }).interval, 5);
  const refused: [MovingAverageOptions, RegExp][] = [
    [{ smoothing: 0 }, /smoothing must be in \(0, 1\): current value is 0$/],
    [{ smoothing: 1 }, /smoothing must be in \(0, 1\)/],
    [{ smoothing: 0.5, halfLife: "1ba" }, /either halfLife or smoothing.*"1ba" and 0.5$/],
    [{ halfLife: "0ba" }, /halfLife and updateInterval must be a step or more/],
    [{ halfLife: "3" as "3ba" }, /movingAverage.halfLife must be epochs or batches/],
  ];
  for (const [options, message] of refused) {
    assert.throws(() => rule(options), { name: "RangeError", message });
  }
});
