/** The same seed on the same machine with the same threads: the same weights, bit for bit. */
import assert from "node:assert/strict";
import { layers, losses, optimizers, tf, Trainer, WeightStandardization } from "../../mod.ts";
import { forEachBackend } from "../backends.ts";

const steps = 6;

const trainDataloader = {
  batchesPerEpoch: 4,
  *batches(epoch: number) {
    for (let i = 0; i < 4; i++) {
      const x = tf.randomUniform([8, 12, 12, 3], -1, 1, "float32", 4 * epoch + i + 1);
      yield { x, y: tf.tensor1d([0, 1, 2, 1, 2, 0, 1, 0], "int32") };
    }
  },
};

/** Weights after some steps. */
async function trained(seed: number): Promise<number[][]> {
  const kernelInitializer = tf.initializers.glorotUniform({ seed: seed + 1 });
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({
        ...{ filters: 8, kernelSize: 3, kernelInitializer },
        inputShape: [12, 12, 3],
      }),
      layers.batchNormalization(),
      tf.layers.reLU(),
      tf.layers.flatten(),
      tf.layers.dense({ units: 3, kernelInitializer }),
    ],
  });
  const optimizer = optimizers.sgd({ learningRate: 0.05, momentum: 0.9 });
  const trainer = new Trainer({
    ...{ model, optimizer, loss: losses.crossEntropy, trainDataloader, seed },
    algorithms: [new WeightStandardization()],
    maxDuration: `${steps}ba`,
  });
  try {
    await trainer.fit();
    return model.getWeights().map((weight) => Array.from(weight.dataSync()));
  } finally {
    trainer.dispose();
    optimizer.dispose();
    model.dispose();
  }
}

forEachBackend(
  "fit() gives the same weights twice for a seed, and others for another",
  async () => {
    const first = await trained(3);
    assert.deepEqual(await trained(3), first);
    assert.notDeepEqual(await trained(4), first);
  },
);
