/** The small network that trials train, on batches that are made anew each time. */
import * as mod from "../../../mod.ts";
import type { Callback } from "../../../src/training/callback.ts";

const { layers, losses, optimizers, tf, Trainer } = mod;

const classes = 3, batchSize = 4, size = 8, batchesPerEpoch = 50;

/** Convolution, batch norm, dense. */
export function network(): mod.tf.LayersModel {
  const kernelInitializer = tf.initializers.glorotUniform({ seed: 1 });
  return tf.sequential({
    layers: [
      tf.layers.conv2d({
        ...{ filters: 4, kernelSize: 3, kernelInitializer },
        inputShape: [size, size, 3],
      }),
      layers.batchNormalization(),
      tf.layers.flatten(),
      tf.layers.dense({ units: classes, kernelInitializer }),
    ],
  });
}

const values = Float32Array.from(
  { length: batchSize * size * size * 3 },
  (_, i) => Math.sin(12.9898 * i),
);

/** A batch that depends on its number alone. */
export function batch(step: number): { x: mod.tf.Tensor; y: mod.tf.Tensor } {
  const x = values.map((value) => value + 0.1 * Math.sin(step));
  const y = Array.from({ length: batchSize }, (_, i) => (i + step) % classes);
  return {
    x: tf.tensor4d(x, [batchSize, size, size, 3]),
    y: tf.tensor1d(y, "int32"),
  };
}

const dataloader = {
  batchesPerEpoch,
  *batches(epoch: number) {
    for (let i = 0; i < batchesPerEpoch; i++) yield batch(epoch * batchesPerEpoch + i);
  },
};

/** A Trainer of the network, and what ends with it. */
export function trainerFor(
  steps: number,
  callback: Callback = () => {},
  signal?: AbortSignal,
): { trainer: mod.Trainer; dispose(): void } {
  const model = network();
  const optimizer = optimizers.sgd({ learningRate: 0.01, momentum: 0.9 });
  const trainer = new Trainer({
    ...{ model, optimizer, loss: losses.crossEntropy, callbacks: [callback] },
    algorithms: [new mod.WeightStandardization()],
    metrics: [new mod.metrics.Accuracy()],
    trainDataloader: dataloader,
    evalDataloader: { batchesPerEpoch: 1, batches: () => [batch(-1)] },
    maxDuration: `${steps}ba`,
    evalInterval: `${Math.max(1, Math.floor(steps / 100))}ba`,
    ...(signal !== undefined && { signal }),
  });
  const dispose = () => {
    trainer.dispose();
    optimizer.dispose();
    model.dispose();
  };
  return { trainer, dispose };
}
