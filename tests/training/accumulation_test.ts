/** One optimizer step over microbatches: that of the whole batch, standardized once. */
import assert from "node:assert/strict";
import {
  groupNormalization,
  standardizedConv2d,
  standardizedDepthwiseConv2d,
} from "../../src/layers.ts";
import { ChannelDropout } from "../../src/layers/channel_dropout.ts";
import { TorchBatchNormalization } from "../../src/normalization/batch.ts";
import { applyWeightStandardization } from "../../src/standardization/mod.ts";
import { type Variant, variants } from "../../src/standardization/variants.ts";
import * as tf from "../../src/tf.ts";
import type { Dataloader } from "../../src/training/dataloader.ts";
import { crossEntropy } from "../../src/training/losses.ts";
import { sgd } from "../../src/training/optimizers.ts";
import { Trainer, type TrainerOptions } from "../../src/training/trainer.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { sines } from "../sines.ts";
import { forms } from "../layers/forms.ts";
import accumulation from "./fixtures/accumulation.json" with { type: "json" };

const images = 6, classes = 3;

/** Six images a step, in one part or as many as are asked for. */
function loader(shape: number[], parts: number[] = [images]): Dataloader {
  return {
    batchesPerEpoch: 3,
    microbatchesPerBatch: parts.length,
    *batches() {
      for (let step = 0; step < 3; step++) {
        const x = sines([images, ...shape], 100 + step);
        const y = tf.tensor1d(Array.from({ length: images }, (_, i) => i % classes), "int32");
        const xs = tf.split(x, parts), ys = tf.split(y, parts);
        tf.dispose([x, y]);
        for (const [i, part] of xs.entries()) yield { x: part, y: ys[i]! };
      }
    },
  };
}

/** Takes a model's weights through three steps, and returns losses and weights. */
async function train(
  makeModel: () => tf.LayersModel,
  options: Partial<TrainerOptions> = {},
  prepare: (model: tf.LayersModel) => void = () => {},
): Promise<{ losses: number[]; weights: Float32Array[]; iterations: number }> {
  const model = makeModel();
  const initial = model.getWeights().map(({ shape }, i) => sines(shape, i, { scale: 0.5 }));
  model.setWeights(initial);
  tf.dispose(initial);
  prepare(model);
  const optimizer = options.optimizer ??
    sgd({ learningRate: 0.1, momentum: 0.9, weightDecay: 0.01 });
  const trainDataloader = loader(model.inputs[0]!.shape.slice(1) as number[]);
  const all = { model, optimizer, loss: crossEntropy, trainDataloader, ...options };
  try {
    const { losses } = await new Trainer(all).fit();
    const weights = model.getWeights().map((weight) => weight.dataSync<"float32">().slice());
    return { losses, weights, iterations: optimizer.iterations };
  } finally {
    optimizer.dispose();
    const variables = model.weights.map((weight) => weight.read());
    model.dispose(); // which leaves the weights of a layer that a nested model shares
    tf.dispose(variables);
  }
}

type Trained = Awaited<ReturnType<typeof train>>;

function assertSame(actual: Trained, expected: Trained, tolerance = 2e-5): void {
  assertClose(actual.losses, expected.losses, tolerance, "losses");
  actual.weights.forEach((weight, i) =>
    assertClose(weight, expected.weights[i]!, tolerance, `weight ${i}`)
  );
}

/** Ends a network: what follows the last convolution. */
function classify(x: tf.SymbolicTensor): tf.SymbolicTensor {
  const pooled = tf.layers.flatten().apply(x) as tf.SymbolicTensor;
  return tf.layers.dense({ units: classes }).apply(pooled) as tf.SymbolicTensor;
}

function chain(inputShape: number[], ...layers: tf.layers.Layer[]): tf.LayersModel {
  const inputs = tf.input({ shape: inputShape });
  const outputs = layers.reduce((x, layer) => layer.apply(x) as tf.SymbolicTensor, inputs);
  return tf.model({ inputs, outputs: classify(outputs) });
}

const conv = (args: object = {}) =>
  standardizedConv2d({ filters: 4, kernelSize: 3, padding: "same", ...args });

for (const { name, rank, extra, standardized } of forms) {
  forEachBackend(
    `fit() over microbatches trains a standardized ${name} as one batch does`,
    async () => {
      const model = () =>
        chain(
          [...new Array<number>(rank).fill(4), 2],
          standardized({
            kernelSize: new Array<number>(rank).fill(3),
            strides: new Array<number>(rank).fill(1),
            dilationRate: new Array<number>(rank).fill(1),
            padding: "same",
            dataFormat: "channelsLast",
            ...extra,
          }),
          groupNormalization({ groups: 2 }),
        );
      assertSame(await train(model, { microbatchSize: 4 }), await train(model));
    },
  );
}

for (const variant of Object.keys(variants) as Variant[]) {
  forEachBackend(
    `fit() over microbatches trains variant ${variant} as one batch does`,
    async () => {
      const model = () => chain([4, 4, 2], conv({ variant }), groupNormalization({ groups: 2 }));
      assertSame(await train(model, { microbatchSize: 4 }), await train(model));
    },
  );
}

forEachBackend("fit() over microbatches trains shared, nested and wrapped layers", async () => {
  const model = () => {
    const shape = [2, 4, 4, 4];
    const wrapped = tf.layers.timeDistributed({ layer: conv(), inputShape: shape });
    const inner = tf.sequential({ layers: [wrapped, groupNormalization({ groups: 2 })] });
    const inputs = tf.input({ shape });
    const layers = [wrapped, wrapped, inner];
    const outputs = layers.reduce((x, layer) => layer.apply(x) as tf.SymbolicTensor, inputs);
    return tf.model({ inputs, outputs: classify(outputs) });
  };
  assertSame(await train(model, { microbatchSize: 4 }), await train(model));
});

forEachBackend("fit() over microbatches keeps the affine terms of preserved outputs", async () => {
  const model = () => chain([4, 4, 2], tf.layers.conv2d({ filters: 4, kernelSize: 3 }));
  const preserve = (model: tf.LayersModel) =>
    void applyWeightStandardization(model, { preserveOutputs: true });
  const whole = await train(model, {}, preserve);
  assertSame(await train(model, { microbatchSize: 4 }, preserve), whole);
});

forEachBackend("fit() over microbatches leaves frozen layers alone", async () => {
  const model = () => {
    const made = chain(
      [4, 4, 2],
      conv({ name: "frozen" }),
      groupNormalization({ groups: 2 }),
      conv(),
    );
    made.getLayer("frozen").trainable = false;
    return made;
  };
  const whole = await train(model);
  const accumulated = await train(model, { microbatchSize: 4 });
  assertSame(accumulated, whole);
  const kernel = sines([3, 3, 2, 4], accumulated.weights.length - 2, { scale: 0.5 });
  const frozen = accumulated.weights.some((weight) => `${weight}` === `${kernel.dataSync()}`);
  kernel.dispose();
  assert.ok(frozen, "the frozen kernel has its first values");
});

forEachBackend("fit() over microbatches stops at layers frozen meanwhile", async () => {
  const model = () => chain([4, 4, 2], conv({ name: "first" }), groupNormalization({ groups: 2 }));
  const freezing = (microbatchSize?: number) => {
    let made: tf.LayersModel | undefined;
    const freeze = (event: string, { step }: { step: number }) => {
      if (event === "stepEnd" && step === 1) made!.getLayer("first").trainable = false;
    };
    return train(() => made = model(), { microbatchSize, callbacks: [freeze] });
  };
  assertSame(await freezing(4), await freezing());
});

forEachBackend("fit() counts regularization losses once a step", async () => {
  const model = () => {
    const kernelRegularizer = tf.regularizers.l2({ l2: 0.1 });
    return chain([4, 4, 2], conv({ kernelRegularizer }), groupNormalization({ groups: 2 }));
  };
  const whole = await train(model);
  assertSame(await train(model, { microbatchSize: 1 }), whole);
  assertSame(await train(model, { microbatchSize: 4 }), whole);
});

forEachBackend("fit() takes a batch in the parts that the dataloader gives", async () => {
  const model = () => chain([4, 4, 2], conv(), groupNormalization({ groups: 2 }));
  const whole = await train(model);
  const counts: number[] = [];
  const count = (event: string, { microbatches }: { microbatches: number }) =>
    void (event === "stepEnd" && counts.push(microbatches));
  const trainDataloader = loader([4, 4, 2], [3, 1, 2]);
  assertSame(await train(model, { trainDataloader, callbacks: [count] }), whole);
  assertSame(await train(model, { trainDataloader, microbatchSize: 2, callbacks: [count] }), whole);
  assert.deepEqual(counts, [3, 3, 3, 4, 4, 4]);
});

forEachBackend("fit() holds a dataloader to its parts", async () => {
  const model = () => chain([4, 4, 2], conv());
  const given: tf.Tensor[] = [];
  const short: Dataloader = {
    batchesPerEpoch: 2,
    microbatchesPerBatch: 2,
    *batches() {
      for (
        const { x, y } of loader([4, 4, 2]).batches(0) as Iterable<{ x: tf.Tensor; y: tf.Tensor }>
      ) {
        given.push(x, y);
        yield { x, y };
      }
    },
  };
  await assert.rejects(train(model, { trainDataloader: short, maxDuration: "2ba" }), {
    name: "RangeError",
    message: /epoch 0 must have batchesPerEpoch = 2 batches, 2 part\(s\) each: current value is 1$/,
  });
  assert.ok(given.every(({ isDisposed }) => isDisposed));
});

forEachBackend("fit() over microbatches works with an optimizer of tf.train", async () => {
  const model = () => chain([4, 4, 2], conv(), groupNormalization({ groups: 2 }));
  const whole = await train(model, { optimizer: tf.train.adam(0.01) });
  const accumulated = await train(model, { optimizer: tf.train.adam(0.01), microbatchSize: 4 });
  // Adam divides by a gradient's own size, and so enlarges rounding where that is small.
  assertSame(accumulated, whole, 1e-3);
  assert.deepEqual([whole.iterations, accumulated.iterations], [3, 3]);
});

forEachBackend("fit() standardizes each kernel as often whatever the microbatches", async () => {
  const model = () => chain([4, 4, 2], conv(), conv(), groupNormalization({ groups: 2 }));
  const counted = async (microbatchSize: number) => {
    const engine = tf.engine(), { runKernel } = engine;
    const names: string[] = [];
    engine.runKernel = function (name, ...rest) {
      if (name.startsWith("weight-standardization/standardize")) names.push(name);
      return runKernel.call(engine, name, ...rest) as never;
    };
    // A recording runs the step's JavaScript once, then is replayed: recorded is what each step runs.
    try {
      await train(model, { microbatchSize, maxDuration: "1ba" });
    } finally {
      engine.runKernel = runKernel;
    }
    return names.filter((name) => name === "weight-standardization/standardize").length;
  };
  // Of two kernels: to be read, and where the sum of gradients is taken back to the raw kernel.
  assert.deepEqual([await counted(3), await counted(2), await counted(1)], [4, 4, 4]);
  assert.equal(await counted(6), 2, "fused");
});

forEachBackend("batch normalization's moving statistics step with each microbatch", async () => {
  const statistics = async (microbatchSize: number) => {
    const layer = new TorchBatchNormalization({ inputShape: [1] });
    const model = tf.sequential({ layers: [layer, tf.layers.dense({ units: 2 })] });
    const trainDataloader: Dataloader = {
      batchesPerEpoch: 1,
      *batches() {
        yield { x: tf.tensor2d([[1], [3], [5], [7]]), y: tf.zeros([4], "int32") };
      },
    };
    const optimizer = sgd({ learningRate: 0.1 });
    const loss = crossEntropy;
    await new Trainer({ model, optimizer, loss, trainDataloader, microbatchSize }).fit();
    const [mean] = layer.movingMean.read().dataSync();
    model.dispose();
    return mean!;
  };
  assertClose([await statistics(4)], [0.1 * 4], 1e-6);
  assertClose([await statistics(2)], [0.9 * 0.1 * 2 + 0.1 * 6], 1e-6);
});

forEachBackend(
  "fit() over microbatches leaves the kernels of a model as they read before",
  async () => {
    const model = chain([4, 4, 2], conv({ name: "first" }));
    const optimizer = sgd({ learningRate: 0.1 });
    const { kernel } = model.getLayer("first") as unknown as { kernel: { read(): tf.Tensor } };
    const trainDataloader = loader([4, 4, 2]);
    await new Trainer({ model, optimizer, loss: crossEntropy, trainDataloader, microbatchSize: 2 })
      .fit();
    const first = kernel.read(), second = kernel.read();
    assert.notEqual(first, second, "standardized anew");
    assertClose(first, second.dataSync(), 0);
    tf.dispose([first, second]);
    model.dispose();
  },
);

forEachBackend("fit() over microbatches of 4 and 2 equals PyTorch's accumulation", async () => {
  const model = () =>
    tf.sequential({
      layers: [
        standardizedConv2d({ filters: 4, kernelSize: 3, useBias: false, inputShape: [6, 6, 3] }),
        groupNormalization({ groups: 2 }),
        tf.layers.reLU(),
        standardizedDepthwiseConv2d({ kernelSize: 3, useBias: false }),
        standardizedConv2d({ filters: 6, kernelSize: 1 }),
        tf.layers.globalAveragePooling2d({ dataFormat: "channelsLast" }),
        tf.layers.dense({ units: classes }),
      ],
    });
  const { losses, weights } = await train(model, { microbatchSize: 4 });
  assertClose(losses, accumulation.losses, 1e-5, "losses");
  assert.deepEqual(weights.map(({ length }) => length), accumulation.weights.map((w) => w.length));
  weights.forEach((weight, i) =>
    assertClose(weight, accumulation.weights[i]!, 1e-5, `weight ${i}`)
  );
});

forEachBackend("fit() drops other channels in each microbatch of a step", async () => {
  const channels = 64;
  const model = tf.sequential({
    layers: [
      new ChannelDropout({ rate: 0.5, inputShape: [1, 1, channels] }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 2, kernelInitializer: "zeros" }),
    ],
  });
  const trainDataloader = {
    batchesPerEpoch: 1,
    *batches() {
      yield { x: tf.ones([2, 1, 1, channels]), y: tf.tensor1d([0, 0], "int32") };
    },
  };
  const optimizer = sgd({ learningRate: 1 });
  try {
    const common = { model, optimizer, loss: crossEntropy, trainDataloader, microbatchSize: 1 };
    await new Trainer({ ...common, maxDuration: "1ba" }).fit();
    // Both images have the same gradient, but for their masks: a channel is in none, one or both.
    const kernel = model.getWeights()[0]!.dataSync<"float32">();
    const sizes = Array.from({ length: channels }, (_, i) => Math.abs(kernel[2 * i]!));
    const whole = Math.max(...sizes);
    const shares = sizes.map((size) => Math.round(2 * size / whole));
    for (const share of [0, 1, 2]) {
      const count = shares.filter((each) => each === share).length;
      assert.ok(count >= 5, `${count} of ${channels} channels are in ${share} microbatches`);
    }
  } finally {
    optimizer.dispose();
    model.dispose();
  }
});
