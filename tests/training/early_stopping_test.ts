/** When a run stops early, and which weights it leaves. */
import assert from "node:assert/strict";
import fc from "fast-check";
import * as tf from "../../src/tf.ts";
import type { Callback } from "../../src/training/callback.ts";
import type { Dataloader } from "../../src/training/dataloader.ts";
import {
  bestOf,
  type EarlyStoppingOptions,
  stoppingRule,
} from "../../src/training/early_stopping.ts";
import { crossEntropy } from "../../src/training/losses.ts";
import type { Metric } from "../../src/training/metrics.ts";
import { sgd } from "../../src/training/optimizers.ts";
import { Trainer, type TrainerOptions } from "../../src/training/trainer.ts";
import { forEachBackend } from "../backends.ts";

const sides: Dataloader = {
  batchesPerEpoch: 4,
  *batches(epoch) {
    for (let i = 0; i < 4; i++) {
      const x = tf.randomUniform([8, 2], -1, 1, "float32", 10 * epoch + i + 1);
      yield { x, y: tf.tidy(() => tf.cast(tf.greater(tf.sum(x, 1), 0), "int32")) };
    }
  },
};

/** A metric whose evaluations give these values, one after the other, the last one ever after. */
function script(name: string, values: readonly number[]): Metric {
  let evaluations = 0;
  return {
    name,
    update: () => Promise.resolve(),
    result: () => values[Math.min(Math.max(0, evaluations - 1), values.length - 1)]!,
    reset: () => void evaluations++,
  };
}

interface Ran {
  steps: number;
  restored: number | undefined;
  stopped: boolean;
  events: string[];
  /** The first weight, by event and step. */
  weights: Map<string, number>;
  /** The first weight at the end. */
  last: number;
}

/** Trains with an evaluation each step, whose values are these. */
async function run(
  values: readonly number[],
  earlyStopping: EarlyStoppingOptions,
  options: Partial<TrainerOptions> = {},
): Promise<Ran> {
  const kernelInitializer = tf.initializers.glorotUniform({ seed: 1 });
  const model = tf.sequential({
    layers: [tf.layers.dense({ units: 2, inputShape: [2], kernelInitializer })],
  });
  const optimizer = sgd({ learningRate: 0.5, momentum: 0.9 });
  const first = () => model.getWeights()[0]!.dataSync()[0]!;
  const events: string[] = [], weights = new Map<string, number>();
  const watch: Callback = (event, { step, totalSteps }) => {
    events.push(`${event} ${step}/${totalSteps}`);
    weights.set(`${event} ${step}`, first());
  };
  const trainer = new Trainer({
    model,
    optimizer,
    loss: crossEntropy,
    metrics: [script(earlyStopping.metric, values)],
    trainDataloader: sides,
    evalDataloader: { ...sides, batchesPerEpoch: 1 },
    maxDuration: "10ba",
    evalInterval: "1ba",
    callbacks: [watch],
    earlyStopping,
    ...options,
  });
  try {
    const { losses, restored, stoppedEarly = false } = await trainer.fit();
    const all = { restored: restored?.step, stopped: stoppedEarly, events, weights };
    return { steps: losses.length, ...all, last: first() };
  } finally {
    trainer.dispose();
    optimizer.dispose();
    model.dispose();
  }
}

forEachBackend("fit() stops after its patience and leaves the best weights", async () => {
  const metric = "score";
  const ran = await run([0.1, 0.4, 0.3, 0.2, 0.1], { metric, patience: "2ba" });
  assert.deepEqual([ran.steps, ran.restored, ran.stopped], [5, 2, true]);
  assert.equal(ran.last, ran.weights.get("stepEnd 2"));
  assert.notEqual(ran.last, ran.weights.get("stepEnd 5"));
  // Whoever watches the last evaluation sees that it is the last.
  assert.deepEqual(ran.events.slice(-3), ["evalEnd 5/5", "epochEnd 5/5", "fitEnd 5/5"]);
});

forEachBackend("fit() leaves the best weights without having stopped, or the last", async () => {
  const values = [0.1, 0.4, 0.3, 0.2, 0.1, 0, 0, 0, 0, 0];
  const best = await run(values, { metric: "score", patience: "10ba" });
  assert.deepEqual([best.steps, best.restored, best.stopped], [10, 2, false]);
  assert.equal(best.last, best.weights.get("stepEnd 2"));
  const last = await run(values, { metric: "score", patience: "2ba", restoreBest: false });
  assert.deepEqual([last.steps, last.restored, last.stopped], [5, undefined, true]);
  assert.equal(last.last, last.weights.get("stepEnd 5"));
});

forEachBackend("the best weights of averaged ones are averages", async () => {
  const ran = await run([0.1, 0.4, 0.3, 0.2], { metric: "score", patience: "1ba" }, {
    movingAverage: { halfLife: "2ba" },
  });
  assert.deepEqual([ran.steps, ran.restored], [4, 2]);
  assert.equal(ran.last, ran.weights.get("evalEnd 2"));
  assert.notEqual(ran.last, ran.weights.get("stepEnd 2"));
});

forEachBackend("a second fit() looks for a best of its own", async () => {
  const seen: (number | undefined)[] = [];
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [2] })] });
  const optimizer = sgd({ learningRate: 0.1 });
  const trainer = new Trainer({
    model,
    optimizer,
    loss: crossEntropy,
    metrics: [script("score", [0.9, 0.8, 0.7, 0.7, 0.1, 0.2, 0.1, 0])],
    trainDataloader: sides,
    evalDataloader: sides,
    maxDuration: "3ba",
    evalInterval: "1ba",
    earlyStopping: { metric: "score", patience: "5ba" },
  });
  for (let i = 0; i < 2; i++) seen.push((await trainer.fit()).restored?.step);
  assert.deepEqual(seen, [1, 5]);
  trainer.dispose();
  optimizer.dispose();
  model.dispose();
});

Deno.test("the best is the first that none is better than by more than minDelta", () => {
  const at = (values: readonly number[], options: Partial<EarlyStoppingOptions> = {}) => {
    const rule = stoppingRule({ metric: "m", ...options }, 1, ["m"]);
    return bestOf(values.map((m, i) => ({ step: i + 1, metrics: { m } })), rule)?.step;
  };
  assert.equal(at([0.1, 0.3, 0.3, 0.2]), 2);
  assert.equal(
    at([0.5, 0.55, 0.59, 0.62], { minDelta: 0.1 }),
    4,
    "by more than 0.1 over the first",
  );
  assert.equal(at([0.5, 0.55, 0.59], { minDelta: 0.1 }), 1);
  assert.equal(at([3, 1, 2], { mode: "min" }), 2);
  assert.equal(at([NaN, 0.1, NaN]), 2);
  assert.equal(at([NaN]), undefined);
  assert.equal(at([-Infinity, 1]), 2);
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true }), { minLength: 1 }), (values) => {
      assert.equal(at(values), values.indexOf(Math.max(...values)) + 1);
      assert.equal(at(values, { mode: "min" }), values.indexOf(Math.min(...values)) + 1);
    }),
    { seed: 1 },
  );
});

Deno.test("a rule has Composer's defaults, and refuses what cannot be watched", () => {
  const rule = (options: EarlyStoppingOptions, metrics = ["mIoU", "loss"]) =>
    stoppingRule(options, 10, metrics);
  assert.deepEqual(rule({ metric: "mIoU" }), {
    metric: "mIoU",
    sign: 1,
    patience: 10,
    minDelta: 0,
    restoreBest: true,
  });
  assert.equal(rule({ metric: "loss" }).sign, -1);
  assert.equal(rule({ metric: "loss", mode: "max" }).sign, 1);
  const refused: [EarlyStoppingOptions, string[], RegExp][] = [
    [{ metric: "miou" }, ["mIoU"], /metric must be one of mIoU: current value is "miou"$/],
    [{ metric: "mIoU" }, [], /metric must be a metric's, and there is none/],
    [{ metric: "a", mode: "up" as "max" }, ["a"], /mode must be "max" or "min": .* up$/],
    [{ metric: "a", minDelta: -1 }, ["a"], /minDelta must be >= 0: current value is -1$/],
    [{ metric: "a", patience: "soon" as "1ba" }, ["a"], /earlyStopping.patience must be epochs or/],
  ];
  for (const [options, metrics, message] of refused) {
    assert.throws(() => rule(options, metrics), { name: "RangeError", message });
  }
});

Deno.test("fit() refuses to stop by evaluations that it does not make", async () => {
  await tf.setBackend("cpu");
  const none = { evalDataloader: undefined };
  await assert.rejects(run([1], { metric: "score" }, none), {
    name: "TypeError",
    message:
      "Cannot fit with earlyStopping as evalDataloader must be given: current value is undefined",
  });
});
