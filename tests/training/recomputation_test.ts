/** Recomputation: the same numbers to the last digit, with less memory. */
import assert from "node:assert/strict";
import { registerGradients } from "../../src/gradients/register.ts";
import { deeplabv3plus, resnet } from "../../src/models/mod.ts";
import {
  batchChannelNormalization,
  batchNormalization,
  standardizedConv2d,
} from "../../src/layers.ts";
import { RepairedReLU } from "../../src/layers/relu.ts";
import type { Normalization } from "../../src/normalization/mod.ts";
import { applyWeightStandardization } from "../../src/standardization/mod.ts";
import * as tf from "../../src/tf.ts";
import type { Dataloader } from "../../src/training/dataloader.ts";
import { crossEntropy } from "../../src/training/losses.ts";
import { sgd } from "../../src/training/optimizers.ts";
import {
  applyRecomputed,
  type Recompute,
} from "../../src/training/recomputation/apply_recomputed.ts";
import { Trainer, type TrainerOptions } from "../../src/training/trainer.ts";
import { assertClose, forEachBackend, hasTensorFlow } from "../backends.ts";
import { assertSameValues, gradients, modes, type Values } from "./recomputation.ts";

registerGradients();

const images = 4;

/** Five batches; a label for each image, or for each of its pixels. */
function loader(size: number, perPixel: boolean): Dataloader {
  return {
    batchesPerEpoch: 5,
    *batches() {
      for (let step = 1; step <= 5; step++) {
        const x = tf.randomUniform([images, size, size, 3], -1, 1, "float32", step);
        const shape = perPixel ? [images, size, size] : [images];
        const y = tf.tidy(() => tf.cast(tf.randomUniform(shape, 0, 3, "float32", step), "int32"));
        yield { x, y };
      }
    },
  };
}

type Trained = { losses: number[]; weights: Values };

/** Losses of five steps, and all weights and moving statistics after them. */
async function train(
  makeModel: () => tf.LayersModel,
  options: Partial<TrainerOptions> = {},
): Promise<Trained> {
  const model = makeModel();
  const optimizer = sgd({ learningRate: 0.05, momentum: 0.9, weightDecay: 1e-3 });
  const [, size] = model.inputs[0]!.shape as number[];
  const trainDataloader = loader(size!, model.outputs[0]!.shape.length === 4);
  try {
    const loss = crossEntropy;
    const trainer = new Trainer({ model, optimizer, loss, trainDataloader, ...options });
    const { losses } = await trainer.fit();
    const weights = model.weights.map((w) => [w.originalName, [...w.read().dataSync()]]);
    return { losses, weights: Object.fromEntries(weights) };
  } finally {
    optimizer.dispose();
    model.dispose();
  }
}

/** Fails where a number differs; how many do says more than a difference of thousands of lines. */
function assertSame(actual: Trained, expected: Trained, what: string): void {
  assert.deepEqual(actual.losses, expected.losses, what);
  assertSameValues(actual.weights, expected.weights, what);
}

/** A segmentation network with channel dropout in the middle of what is recomputed. */
function segmentation(normalization: Normalization = "batch"): tf.LayersModel {
  const depth = { block: "basic", counts: [1, 1, 1, 1] } as const;
  return deeplabv3plus({
    backbone: { depth, width: 4 },
    inputShape: [16, 16, 3],
    classes: 3,
    headChannels: 8,
    lowLevelChannels: 4,
    dilations: [1, 2, 4],
    dropout: 0.5,
    seed: 1,
    normalization,
  });
}

function classification(): tf.LayersModel {
  const depth = { block: "bottleneck", counts: [2, 1, 1, 1] } as const;
  return resnet({ depth, width: 4, stem: "cifar", inputShape: [8, 8, 3], classes: 3, seed: 1 });
}

/** The backbone's first stage cannot be trained, its statistics move all the same. */
function partlyFrozen(): tf.LayersModel {
  const model = classification();
  const frozen = model.layers.filter(({ name }) => /^(conv1|bn1|layer1)/.test(name));
  for (const layer of frozen) layer.trainable = false;
  return model;
}

function standardized(model: tf.LayersModel): tf.LayersModel {
  applyWeightStandardization(model);
  return model;
}

const cases: Record<string, [() => tf.LayersModel, Partial<TrainerOptions>?]> = {
  "DeepLabv3+ with dropout": [segmentation],
  "DeepLabv3+ with WS and dropout": [() => standardized(segmentation())],
  "DeepLabv3+ with group norm": [() => segmentation("group")],
  // Its statistics move before they normalize: moved twice, they would give other values.
  "DeepLabv3+ with batch-channel norm": [
    () =>
      segmentation((args) =>
        batchChannelNormalization({ ...args, groups: "auto", estimate: true })
      ),
  ],
  "a ResNet with WS": [() => standardized(classification())],
  "a ResNet with frozen layers": [partlyFrozen],
  "a ResNet with WS over microbatches": [
    () => standardized(classification()),
    { microbatchSize: 2 },
  ],
};

for (const [name, [makeModel, options]] of Object.entries(cases)) {
  forEachBackend(`recompute leaves the training of ${name} as it is`, async () => {
    const expected = await train(makeModel, options);
    for (const recompute of modes) {
      assertSame(await train(makeModel, { ...options, recompute }), expected, recompute);
    }
  });
}

/** Twelve convolutions with their norms and ReLUs. */
function chain(): tf.LayersModel {
  const layers = Array.from({ length: 12 }, (_, i) => [
    standardizedConv2d({
      filters: 8,
      kernelSize: 3,
      padding: "same",
      ...(i === 0 && { inputShape: [12, 12, 8] }),
    }),
    batchNormalization(),
    new RepairedReLU({}),
  ]).flat();
  return tf.sequential({ layers });
}

/** The most bytes that tensors have at once in `body`, beyond those there before. */
function peakBytes(body: () => void): number {
  const { state } = tf.engine();
  const before = state.numBytes;
  let now = before, peak = before;
  Object.defineProperty(state, "numBytes", {
    configurable: true,
    enumerable: true,
    get: () => now,
    set: (bytes: number) => {
      now = bytes;
      peak = Math.max(peak, bytes);
    },
  });
  try {
    body();
  } finally {
    Object.defineProperty(state, "numBytes", { value: now, writable: true });
  }
  return peak - before;
}

forEachBackend("applyRecomputed() with blocks has the gradient of a penalty on a gradient", () => {
  tf.tidy(() => {
    const depth = { block: "basic", counts: [1, 1, 1, 1] } as const;
    const ends = { inputShape: [8, 8, 3] as [number, number, number], classes: 3 };
    const model = resnet({ depth, width: 4, stem: "cifar", ...ends, seed: 1 });
    applyWeightStandardization(model);
    const x = tf.randomNormal([4, 8, 8, 3], 0, 1, "float32", 3);
    const labels = tf.tensor1d([0, 1, 2, 0], "int32");
    const penalty = (apply: (x: tf.Tensor) => tf.Tensor) => {
      const { value, grads } = tf.variableGrads(() => {
        const slope = tf.grad((x: tf.Tensor) => crossEntropy(labels, apply(x)))(x);
        return tf.sum(tf.square(slope)) as tf.Scalar;
      });
      return [value, ...Object.values(grads)].map((each) => [...each.dataSync()]);
    };
    const expected = penalty((x) => model.apply(x, { training: true }) as tf.Tensor);
    const actual = penalty((x) => applyRecomputed(model, x, { recompute: "blocks" }) as tf.Tensor);
    assert.equal(actual.length, expected.length);
    expected.forEach((values, i) => {
      const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
      assertClose(actual[i]!, values, 1e-4 * largest, `gradient ${i}`);
    });
    model.dispose();
  });
});

forEachBackend("applyRecomputed() needs less memory", () => {
  const model = chain();
  const peaks = [undefined, ...modes].map((recompute) =>
    peakBytes(() =>
      gradients(
        model,
        (x) =>
          recompute === undefined
            ? model.apply(x, { training: true }) as tf.Tensor
            : applyRecomputed(model, x, { recompute }) as tf.Tensor,
      )
    )
  ) as [number, number, number];
  model.dispose();
  const [kept, normalization, blocks] = peaks;
  assert.ok(normalization < 0.85 * kept, `normalization: ${normalization} of ${kept}`);
  assert.ok(blocks < 0.6 * kept, `blocks: ${blocks} of ${kept}`);
});

Deno.test({
  name: "what is recomputed in a captured step waits for a gradient [tensorflow]",
  ignore: !hasTensorFlow,
  fn: async () => {
    await tf.setBackend("tensorflow");
    const backend = tf.backend() as unknown as { runAfter(...tensors: tf.Tensor[]): tf.Tensor };
    const runAfter = backend.runAfter;
    const counts: Record<string, number> = { normalization: 0, blocks: 0 };
    for (const recompute of modes) {
      backend.runAfter = (...tensors) => {
        counts[recompute]!++;
        return runAfter.apply(backend, tensors);
      };
      try {
        await train(() => classification(), { recompute });
      } finally {
        backend.runAfter = runAfter;
      }
    }
    // The stem's ReLU, two of each bottleneck's three: what is saved of those is recomputed.
    assert.equal(counts.normalization, 1 + 2 * 5);
    // Each block's input and weights.
    assert.ok(counts.blocks! > 60, `${counts.blocks}`);
  },
});

forEachBackend("applyRecomputed() frees what it kept where a layer throws in the gradient", () => {
  const model = chain();
  const x = tf.ones([2, 12, 12, 8]);
  const last = model.layers.at(-1)!;
  const call = last.call.bind(last);
  let calls = 0;
  last.call = (...args) => {
    if (++calls > 1) throw new Error("the second time");
    return call(...args);
  };
  const before = tf.memory().numTensors;
  const differentiate = () =>
    tf.tidy(() =>
      tf.variableGrads(() =>
        tf.mean(applyRecomputed(model, x, { recompute: "blocks" }) as tf.Tensor)
      )
    );
  assert.throws(differentiate, /the second time/);
  // The outer tape is TensorFlow.js's, which a loop that goes on must free.
  tf.dispose(tf.engine().state.activeTape.flatMap(({ saved }) => saved ?? []));
  tf.engine().state.activeTape = [];
  assert.equal(tf.memory().numTensors, before);
  x.dispose();
  model.dispose();
});

forEachBackend("applyRecomputed() is model.apply where nothing is differentiated", () => {
  const model = classification();
  const x = tf.randomUniform([2, 8, 8, 3], 0, 1, "float32", 1);
  for (const recompute of modes) {
    tf.tidy(() => {
      const actual = applyRecomputed(model, x, { recompute }) as tf.Tensor;
      const expected = model.apply(x, { training: true }) as tf.Tensor;
      assert.deepEqual(actual.dataSync(), expected.dataSync());
    });
  }
  x.dispose();
  model.dispose();
});

forEachBackend("applyRecomputed() gives gradients by the input, too", () => {
  const model = classification();
  const x = tf.randomUniform([2, 8, 8, 3], 0, 1, "float32", 1);
  const by = (apply: (x: tf.Tensor) => tf.Tensor) =>
    tf.tidy(() => tf.grad((x) => tf.mean(tf.square(apply(x))))(x).dataSync());
  const expected = by((x) => model.apply(x, { training: true }) as tf.Tensor);
  for (const recompute of modes) {
    assert.deepEqual(by((x) => applyRecomputed(model, x, { recompute }) as tf.Tensor), expected);
  }
  x.dispose();
  model.dispose();
});

Deno.test("applyRecomputed() differentiates blocks twice, and refuses to with normalizations", async () => {
  await tf.setBackend("cpu");
  const kernelInitializer = tf.initializers.glorotUniform({ seed: 3 });
  // One whose gradient reads its input: TensorFlow.js differentiates no other twice.
  const dense = { units: 4, kernelInitializer, activation: "softplus" } as const;
  const layers = [tf.layers.dense({ ...dense, inputShape: [4] }), tf.layers.dense(dense)];
  const model = tf.sequential({ layers });
  const normed = tf.sequential({
    layers: [batchNormalization({ inputShape: [4] }), new RepairedReLU({}), tf.layers.dense(dense)],
  });
  const x = tf.randomUniform([2, 4], -1, 1, "float32", 5);
  const second = (apply: (x: tf.Tensor) => tf.Tensor) =>
    tf.tidy(() => {
      const first = tf.grad((x) => tf.mean(apply(x)));
      return tf.grad((x) => tf.sum(tf.square(first(x))))(x).dataSync();
    });
  const expected = second((x) => model.apply(x, { training: true }) as tf.Tensor);
  const blocks = { recompute: "blocks" } as const;
  assert.deepEqual(second((x) => applyRecomputed(model, x, blocks) as tf.Tensor), expected);
  const options = { recompute: "normalization" } as const;
  assert.throws(
    () => second((x) => applyRecomputed(normed, x, options) as tf.Tensor),
    /Cannot differentiate a gradient as normalizations are recomputed/,
  );
  x.dispose();
  model.dispose();
  normed.dispose();
});

/** A layer whose variable is none of its weights. */
class Hidden extends tf.layers.Layer {
  static readonly className: string = "Hidden";
  readonly scale: tf.Variable = tf.variable(tf.scalar(2), true, "hidden");
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.mul([inputs].flat()[0]!, this.scale);
  }
}

Deno.test("applyRecomputed() refuses what it cannot compute again", async () => {
  await tf.setBackend("cpu");
  const options = { recompute: "blocks" } as const;
  const x = tf.ones([2, 3]);
  const hidden = tf.sequential({
    layers: [tf.layers.dense({ units: 3, inputShape: [3] }), new Hidden({})],
  });
  const gradient = () =>
    tf.variableGrads(() => tf.mean(applyRecomputed(hidden, x, options) as tf.Tensor));
  assert.throws(gradient, {
    name: "TypeError",
    message:
      /each variable of a layer must be one of its weights: current value is hidden in one of/,
  });
  tf.dispose(tf.engine().state.activeTape.flatMap(({ saved }) => saved ?? []));
  tf.engine().state.activeTape = [];
  const plain = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] })] });
  const unknown = { recompute: "all" as Recompute };
  assert.throws(() => applyRecomputed(plain, x, unknown), {
    name: "RangeError",
    message:
      'Cannot train as recompute must be "normalization" or "blocks", or be left out in a Trainer: ' +
      'current value is "all"',
  });
  const nothing = undefined as unknown as tf.LayersModel;
  assert.throws(
    () => applyRecomputed(nothing, x, options),
    /model must be a LayersModel: .* undef/,
  );
  assert.throws(() => applyRecomputed(plain, x, { recompute: "normalization" }), {
    name: "TypeError",
    message: /must have layers that normalize: current value is 0 such layers/,
  });
  const unbuilt = tf.sequential();
  assert.throws(() => applyRecomputed(unbuilt, x, options), /the model must be built/);
  const masked = tf.sequential({ layers: [tf.layers.masking({ inputShape: [2, 3] })] });
  assert.throws(() => applyRecomputed(masked, x, options), /no state of their own and no masks/);
  assert.throws(() => applyRecomputed(plain, [x, x], options), /x must be 1 tensors/);
});
