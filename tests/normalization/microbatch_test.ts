/** Normalizations where gradients accumulate over microbatches, against PyTorch's values. */
import assert from "node:assert/strict";
import { standardizedConv2d } from "../../src/layers.ts";
import { RepairedConv2D } from "../../src/layers/conv2d.ts";
import {
  batchChannelNormalization,
  batchNormalization,
  groupNormalization,
} from "../../src/normalization/mod.ts";
import * as tf from "../../src/tf.ts";
import { crossEntropy } from "../../src/training/losses.ts";
import { sgd } from "../../src/training/optimizers.ts";
import { Trainer } from "../../src/training/trainer.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { sines } from "../sines.ts";
import {
  microbatch,
  type MicrobatchCase,
  type MicrobatchWeight,
  type MovingStatistics,
} from "./fixtures/microbatch.ts";

const { images, size, classes, channels, groups, learningRate, cases } = microbatch;

const normalizations = {
  batch: () => batchNormalization({ name: "norm" }),
  group: () => groupNormalization({ name: "norm", groups }),
  batchChannel: () => batchChannelNormalization({ name: "norm", groups }),
  estimatedBatchChannel: () => batchChannelNormalization({ name: "norm", groups, estimate: true }),
} satisfies Record<MicrobatchCase["normalization"], () => tf.layers.Layer>;

/** A step's images and labels. */
function batchOf(step: number): { x: tf.Tensor; y: tf.Tensor } {
  const labels = Array.from({ length: images }, (_, i) => i % classes);
  return {
    x: sines([images, size, size, 3], 100 + step, { mean: 0.5 }),
    y: tf.tensor1d(labels, "int32"),
  };
}

interface Network {
  model: tf.LayersModel;
  /** By the fixture's names, in its order. */
  weights: Map<MicrobatchWeight, tf.Variable>;
}

function network({ normalization, standardized, gradients }: MicrobatchCase): Network {
  const convolution = {
    filters: channels,
    kernelSize: 3,
    padding: "same",
    useBias: false,
  } as const;
  const model = tf.sequential({
    layers: [
      standardized
        ? standardizedConv2d({ ...convolution, inputShape: [size, size, 3] })
        : new RepairedConv2D({ ...convolution, inputShape: [size, size, 3] }),
      normalizations[normalization](),
      tf.layers.reLU(),
      tf.layers.globalAveragePooling2d({}),
      tf.layers.dense({ units: classes }),
    ],
  });
  const names = Object.keys(gradients) as MicrobatchWeight[];
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  assert.equal(variables.length, names.length, "a variable for each of PyTorch's parameters");
  const weights = new Map(names.map((name, i) => [name, variables[i]!]));
  const salts: Record<MicrobatchWeight, number> = {
    ...{ kernel: 0, gamma: 1, beta: 2, channelGamma: 3, channelBeta: 4, dense: 5, bias: 6 },
  };
  tf.tidy(() => {
    for (const [name, variable] of weights) {
      variable.assign(sines(variable.shape, salts[name], { mean: /gamma/i.test(name) ? 1 : 0 }));
    }
  });
  return { model, weights };
}

/** Fails unless the normalization's moving statistics are these; it must have none where these are. */
function assertMoving(model: tf.LayersModel, { movingMean, movingVariance }: MovingStatistics) {
  const moving = model.getLayer("norm").nonTrainableWeights.map((weight) => weight.read());
  assert.equal(moving.length, movingMean === undefined ? 0 : 2);
  if (movingMean === undefined) return;
  assertClose(moving[0]!, movingMean.values, 2e-6, "moving mean");
  assertClose(moving[1]!, movingVariance!.values, 1e-5, "moving variance");
}

for (const reference of cases) {
  const { normalization, standardized, microbatchSize, parts } = reference;
  const what = `${normalization}${standardized ? " behind standardized kernels" : ""}`;
  const size = `microbatches have ${microbatchSize}`;
  forEachBackend(`${what} normalizes as PyTorch when ${size}`, () => {
    const { model, weights } = network(reference);
    const [convolution, norm] = model.layers as [tf.layers.Layer, tf.layers.Layer];
    tf.tidy(() => {
      const { x, y } = batchOf(0);
      const sums = new Map<MicrobatchWeight, tf.Tensor>();
      for (const [i, part] of parts.entries()) {
        const rows = (all: tf.Tensor) => tf.slice(all, i * microbatchSize, microbatchSize);
        const { grads } = tf.variableGrads(() => {
          const normalized = norm.apply(convolution.apply(rows(x)), { training: true });
          assertClose(normalized as tf.Tensor, part.y.values, 2e-5, `y of microbatch ${i}`);
          const logits = model.layers.slice(2).reduce(
            (x, layer) => layer.apply(x) as tf.Tensor,
            normalized as tf.Tensor,
          );
          return tf.mul(crossEntropy(rows(y), logits), microbatchSize / images);
        }, [...weights.values()]);
        assertMoving(model, part);
        for (const [name, variable] of weights) {
          const gradient = grads[variable.name]!;
          sums.set(name, tf.add(sums.get(name) ?? tf.zerosLike(gradient), gradient));
        }
      }
      for (const [name, sum] of sums) {
        assertClose(sum, reference.gradients[name]!.values, 2e-6, `gradient of ${name}`);
      }
    });
    model.dispose();
  });

  forEachBackend(`fit() trains ${what} as PyTorch when ${size}`, async () => {
    const { model, weights } = network(reference);
    const optimizer = sgd({ learningRate, momentum: 0, weightDecay: 0 });
    const trainer = new Trainer({
      model,
      optimizer,
      loss: crossEntropy,
      trainDataloader: {
        batchesPerEpoch: reference.losses.length,
        *batches() {
          for (let step = 0; step < reference.losses.length; step++) yield batchOf(step);
        },
      },
      microbatchSize,
    });
    const { losses } = await trainer.fit();
    assertClose(losses, reference.losses, 2e-6, "losses");
    for (const [name, variable] of weights) {
      assertClose(variable, reference.weights[name]!.values, 2e-6, name);
    }
    assertMoving(model, reference.moving);
    optimizer.dispose();
    model.dispose();
  });
}
