import assert from "node:assert/strict";
import { losses, models, optimizers, WeightStandardization } from "../../../mod.ts";
import { ChannelDropout } from "../../../src/layers/channel_dropout.ts";
import * as tf from "../../../src/tf.ts";
import type { Batch, Dataloader } from "../../../src/training/dataloader.ts";
import { Trainer, type TrainerOptions } from "../../../src/training/trainer.ts";
import { disposeOptimizer } from "../../training/recording.ts";
import { testOnWasm, unrecorded } from "./harness.ts";

/** Steps that are compared. */
const STEPS = 20;

/** Images and labels, new at each step and the same in each run. */
function batchesOf(imageSize: number, labelShape: number[], classes: number): Dataloader {
  return {
    batchesPerEpoch: STEPS,
    *batches() {
      for (let step = 0; step < STEPS; step++) yield batchOf(step);
    },
  };
  function batchOf(step: number): Batch {
    const x = tf.randomUniform([4, imageSize, imageSize, 3], -1, 1, "float32", step + 1);
    const y = tf.tidy(() => {
      const numbers = tf.randomUniform([4, ...labelShape], 0, classes, "float32", step + 100);
      return tf.cast(tf.floor(numbers), "int32");
    });
    return { x, y };
  }
}

/** What is trained, made anew for each run. */
type Make = () => Omit<TrainerOptions, "maxDuration">;

/** So few steps hardly move statistics: that is not what is warned of here. */
const logger = { logHyperparameters: () => {}, logMetrics: () => {}, logWarning: () => {} };

/** The losses of some steps and the weights afterwards, of a run that begins from given weights. */
async function train(make: Make, initial?: tf.Tensor[]) {
  const options = make(), { model, optimizer } = options;
  if (initial !== undefined) model.setWeights(initial);
  const begun = tf.tidy(() => model.getWeights().map((weight) => tf.keep(tf.clone(weight))));
  const history = await new Trainer({ ...options, logger, maxDuration: `${STEPS}ba` }).fit();
  const weights = model.getWeights().map((weight) => Array.from(weight.dataSync()));
  disposeOptimizer(optimizer);
  model.dispose();
  return { losses: history.losses, weights, begun };
}

async function assertEqualRuns(make: Make): Promise<void> {
  const { begun, ...recorded } = await train(make);
  const { begun: copies, ...eager } = await unrecorded(() => train(make, begun));
  assert.deepEqual(recorded, eager);
  assert.notEqual(eager.losses[0], eager.losses.at(-1));
  tf.dispose([begun, copies]);
}

/** What is warned of meanwhile. */
async function warningsOf(body: () => Promise<void>): Promise<string[]> {
  const warnings: string[] = [], { warn } = console;
  console.warn = (text: string) => void warnings.push(text);
  try {
    await body();
    return warnings;
  } finally {
    console.warn = warn;
  }
}

/** Networks, optimizers and ways to feed them. */
const CASES: Record<string, Make> = {
  "a ResNet with momentum": () => ({
    model: models.resnet({ depth: 18, width: 8, classes: 5, inputShape: [32, 32, 3] }),
    optimizer: optimizers.sgd({ learningRate: 0.05, momentum: 0.9 }),
    loss: losses.crossEntropy,
    trainDataloader: batchesOf(32, [], 5),
  }),
  "DeepLabv3+ with standardized kernels and dropout": () => ({
    model: models.deeplabv3plus({
      backbone: { depth: 18, width: 8 },
      classes: 5,
      inputShape: [32, 32, 3],
      headChannels: 8,
      lowLevelChannels: 4,
      dilations: [1, 2],
      dropout: 0.2,
    }),
    optimizer: optimizers.decoupledSgdw({ learningRate: 0.05, weightDecay: 1e-4, momentum: 0.9 }),
    loss: losses.segmentation({}),
    trainDataloader: batchesOf(32, [32, 32], 5),
    algorithms: [new WeightStandardization({ nLastLayersIgnore: 3 })],
  }),
  "a model of stock layers with Adam and this library's dropout": () => ({
    model: userModel(),
    optimizer: tf.train.adam(0.01),
    loss: losses.crossEntropy,
    trainDataloader: batchesOf(12, [], 3),
  }),
  "microbatches": () => ({
    model: userModel(),
    optimizer: optimizers.sgd({ learningRate: 0.05, momentum: 0.9 }),
    loss: losses.crossEntropy,
    trainDataloader: batchesOf(12, [], 3),
    algorithms: [new WeightStandardization({ nLastLayersIgnore: 0 })],
    microbatchSize: 3,
  }),
};

function userModel(): tf.LayersModel {
  return tf.sequential({
    layers: [
      tf.layers.conv2d({ inputShape: [12, 12, 3], filters: 6, kernelSize: 3, activation: "relu" }),
      tf.layers.batchNormalization(),
      new ChannelDropout({ rate: 0.3 }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.depthwiseConv2d({ kernelSize: 3, padding: "same" }),
      tf.layers.averagePooling2d({ poolSize: 2 }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 3, kernelRegularizer: tf.regularizers.l2({ l2: 1e-3 }) }),
    ],
  });
}

for (const [name, make] of Object.entries(CASES)) {
  testOnWasm(
    `${STEPS} recorded steps are to the last digit those that are not: ${name}`,
    async () => {
      assert.deepEqual(await warningsOf(() => assertEqualRuns(make)), []); // all was recorded
    },
  );
}

testOnWasm(
  "the Trainer trains unrecorded, and says so once, where a step reads values",
  async () => {
    class Reading extends tf.layers.Layer {
      static readonly className = "Reading";
      override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
        const [x] = [inputs].flat();
        return tf.mul(x!, 1 + 0 * x!.dataSync()[0]!);
      }
    }
    const run = (microbatchSize: number) =>
      assertEqualRuns(() => {
        const model = tf.sequential({
          layers: [
            tf.layers.flatten({ inputShape: [12, 12, 3] }),
            new Reading({}),
            tf.layers.dropout({ rate: 0.5, seed: 3 }),
            tf.layers.dense({ units: 3 }),
          ],
        });
        const optimizer = tf.train.momentum(0.01, 0.9), evalDataloader = batchesOf(12, [], 3);
        const data = { trainDataloader: evalDataloader, evalDataloader };
        return { model, optimizer, loss: losses.crossEntropy, ...data, microbatchSize };
      });
    const warnings = await warningsOf(async () => {
      await run(4);
      await run(3);
    });
    assert.equal(warnings.length, 2);
    assert.match(warnings[0]!, /^The training step runs unrecorded, .* Cannot read values/);
    assert.match(warnings[1]!, /^The evaluation runs unrecorded, .* Cannot read values/);
  },
);
