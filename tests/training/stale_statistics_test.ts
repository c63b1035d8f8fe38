/** Normalizations whose moving statistics a run hardly reaches. */
import assert from "node:assert/strict";
import { batchNormalization } from "../../src/normalization/mod.ts";
import * as tf from "../../src/tf.ts";
import type { Dataloader } from "../../src/training/dataloader.ts";
import { crossEntropy } from "../../src/training/losses.ts";
import { sgd } from "../../src/training/optimizers.ts";
import { afterUpdates, staleStatistics, staleText } from "../../src/training/stale_statistics.ts";
import { Trainer, type TrainerOptions } from "../../src/training/trainer.ts";
import { forEachBackend } from "../backends.ts";

function network(normalization: tf.layers.Layer): tf.LayersModel {
  const inner = tf.sequential({
    layers: [tf.layers.dense({ units: 3, inputShape: [2] }), normalization],
  });
  return tf.sequential({ layers: [inner, tf.layers.dense({ units: 2 })] });
}

forEachBackend("staleStatistics() finds stock and own norms, in nested models, too", async () => {
  const cases: [tf.layers.Layer, number, number | undefined][] = [
    [tf.layers.batchNormalization({ name: "a" }), 32, 0.99 ** 32],
    [tf.layers.batchNormalization({ name: "b" }), 300, undefined], // 4.9 %
    [batchNormalization({ name: "c" }), 20, 0.9 ** 20],
    [batchNormalization({ name: "d" }), 29, undefined],
    [tf.layers.batchNormalization({ name: "e", momentum: 1 }), 10_000, 1],
  ];
  for (const [layer, updates, share] of cases) {
    const model = network(layer);
    const found = await staleStatistics(model, updates);
    assert.deepEqual(
      found.map((each) => [each.layer, each.share]),
      share ? [[layer.name, share]] : [],
    );
    // Statistics of a trained model are its data's.
    const mean = (layer as tf.layers.Layer & { movingMean: tf.LayerVariable }).movingMean;
    tf.tidy(() => (mean.read() as tf.Variable).assign(tf.fill([3], 0.5)));
    assert.deepEqual(await staleStatistics(model, updates), []);
    model.dispose();
  }
});

Deno.test("staleText() says the number and what to set", () => {
  const stale = [
    { layer: "bn", momentum: 0.99, share: 0.99 ** 32 },
    { layer: "other", momentum: 0.99, share: 0.99 ** 32 },
  ];
  const { message, advice } = staleText(stale, 32);
  assert.match(message, /after 32 updates 0\.99\^32 = 72 % of the initial .* in bn and 1 more$/);
  assert.match(advice, /^Set its momentum to 0\.91 or less, /);
  assert.ok(0.91 ** 32 < 0.05 && 0.92 ** 32 > 0.05);
  assert.deepEqual(afterUpdates(stale, 500), []);
});

const silent = { logHyperparameters: () => {}, logMetrics: () => {} };

async function train(options: Partial<TrainerOptions>, momentum = 0.99): Promise<void> {
  const trainDataloader: Dataloader = {
    batchesPerEpoch: 4,
    *batches() {
      for (let i = 0; i < 4; i++) yield { x: tf.ones([8, 2]), y: tf.zeros([8], "int32") };
    },
  };
  const model = network(tf.layers.batchNormalization({ momentum }));
  const optimizer = sgd({ learningRate: 0.1 });
  try {
    const loss = crossEntropy;
    const trainer = new Trainer({ model, optimizer, loss, trainDataloader, ...options });
    await trainer.fit();
    await trainer.fit();
  } finally {
    optimizer.dispose();
    model.dispose();
  }
}

async function warningsOf(options: Partial<TrainerOptions>, momentum = 0.99): Promise<string[]> {
  const said: string[] = [];
  const logger = { ...silent, logWarning: (message: string) => void said.push(message) };
  await train({ ...options, logger }, momentum);
  return said;
}

Deno.test("fit() warns on the console once for models that are alike, without a Logger's logWarning", async () => {
  const said: string[] = [], { warn } = console;
  console.warn = (text: string) => void said.push(text);
  try {
    await train({ maxDuration: "16ba" });
    await train({ maxDuration: "16ba", logger: silent }); // its layer has another number in its name
    assert.match(said[0]!, /0\.99\^16 = 85 %.* left in .*\. Set its momentum to 0\.82 or less/);
    assert.equal(said.length, 1);
    await warningsOf({ maxDuration: "12ba" });
    assert.equal(said.length, 1, "a Logger took it");
    await train({ maxDuration: "12ba" });
    assert.equal(said.length, 2);
  } finally {
    console.warn = warn;
  }
});

forEachBackend("fit() warns once, by the updates that its microbatches make", async () => {
  const [text, ...others] = await warningsOf({ maxDuration: "32ba" });
  assert.match(text!, /0\.99\^32 = 72 %/);
  assert.deepEqual(others, []);
  assert.match(
    (await warningsOf({ maxDuration: "8ba", microbatchSize: 2 }))[0]!,
    /0\.99\^32 = 72 %/,
  );
  assert.deepEqual(await warningsOf({ maxDuration: "8ba", microbatchSize: 2 }, 0.91), []);
  assert.equal((await warningsOf({ maxDuration: "8ba" }, 0.91)).length, 1);
});
