import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import {
  batchChannelNormalization,
  type TorchBatchChannelNormalization,
} from "../../src/normalization/batch_channel.ts";
import { capture } from "../../src/training/capture.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { toTensor } from "../fixtures/pytorch.ts";
import { built, modelOf, saveAndLoad } from "../layers/roundtrip.ts";
import {
  type BatchChannelAffine,
  type BatchChannelCall,
  type BatchChannelCase,
  normalization,
} from "./fixtures/normalization.ts";

const affine: readonly BatchChannelAffine[] = ["gamma", "beta", "channelGamma", "channelBeta"];

/** The layer with the reference's affine parameters, and moving statistics as at the beginning. */
function layerOf(reference: BatchChannelCase): TorchBatchChannelNormalization {
  const { groups, estimate, initial } = reference;
  const x = reference.inference.x;
  const layer = built(batchChannelNormalization({ groups, estimate }), x.shape);
  tf.tidy(() => {
    const weights = affine.map((name) => toTensor(initial[name]));
    layer.setWeights([...weights, tf.zeros([6]), tf.ones([6])]);
  });
  return layer;
}

/** Fails unless the layer computes the call; returns the gradients of the affine parameters. */
function assertCall(
  layer: TorchBatchChannelNormalization,
  call: BatchChannelCall,
  training: boolean,
): tf.Tensor[] {
  const variables = layer.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const x = tf.variable(toTensor(call.x));
  let y: tf.Tensor | undefined;
  const { grads } = tf.variableGrads(() => {
    y = tf.keep(layer.apply(x, { training }) as tf.Tensor);
    return tf.sum(tf.mul(y, toTensor(call.upstream)));
  }, [x, ...variables]);
  assertClose(y!, call.y.values, 1e-5, "y");
  assertClose(grads[x.name]!, call.dx.values, 1e-5, "dx");
  tf.dispose([x, y!]);
  return affine.map((name, index) => {
    const gradient = grads[variables[index]!.name]!;
    assertClose(gradient, call[`d${name}`].values, 2e-5, `d${name}`);
    return gradient;
  });
}

for (const reference of normalization.batchChannel) {
  const { estimate, steps, inference, learningRate } = reference;
  const form = `estimate is ${estimate} and the batch ${inference.x.shape[0]}`;
  forEachBackend(`batchChannelNormalization() matches PyTorch over steps when ${form}`, () => {
    const layer = layerOf(reference);
    tf.tidy(() => {
      for (const step of steps) {
        const gradients = assertCall(layer, step, true);
        assertClose(layer.movingMean.read(), step.movingMean.values, 1e-6, "moving mean");
        assertClose(
          layer.movingVariance.read(),
          step.movingVariance.values,
          1e-5,
          "moving variance",
        );
        layer.trainableWeights.forEach((weight, index) => {
          weight.write(tf.sub(weight.read(), tf.mul(gradients[index]!, learningRate)));
        });
      }
      assertCall(layer, inference, false);
      assertClose(layer.movingMean.read(), inference.movingMean.values, 1e-6, "moving mean");
    });
    layer.dispose();
  });
}

forEachBackend("batchChannelNormalization() has one channel affine value a group", () => {
  const layer = built(batchChannelNormalization({ groups: 3 }), [2, 2, 2, 12]);
  const shapes = layer.weights.map(({ originalName, shape }) => [
    originalName.replace(`${layer.name}/`, ""),
    shape,
  ]);
  assert.deepEqual(shapes, [
    ["gamma", [12]],
    ["beta", [12]],
    ["channel_gamma", [3]],
    ["channel_beta", [3]],
    ["moving_mean", [12]],
    ["moving_variance", [12]],
  ]);
  assert.equal(layer.trainableWeights.length, 4);
  layer.dispose();
});

forEachBackend(
  "batchChannelNormalization() trains on one value a channel when it estimates",
  () => {
    const estimating = batchChannelNormalization({ groups: 2, estimate: true, momentum: 0.5 });
    tf.tidy(() => {
      const x = tf.tensor2d([[1, -2, 3, -4]]);
      const y = estimating.apply(x, { training: true }) as tf.Tensor;
      assertClose(estimating.movingMean.read(), [0.5, -1, 1.5, -2], 0);
      assertClose(estimating.movingVariance.read(), [1, 2.5, 5, 8.5], 1e-6);
      // Of two values in a group the larger one is 1, the smaller one −1, whatever they are.
      assertClose(y, [1, -1, 1, -1], 1e-4);
    });
    estimating.dispose();
    const batch = built(batchChannelNormalization({ name: "bcn", groups: 2 }), [1, 4]);
    assert.throws(() => tf.tidy(() => void batch.apply(tf.ones([1, 4]), { training: true })), {
      name: "RangeError",
      message: /^Cannot normalize a batch in bcn as values for each channel must be >= 2/,
    });
    batch.dispose();
  },
);

forEachBackend("batchChannelNormalization() moves its statistics in a captured step", () => {
  const [eager, captured] = [1, 2].map(() =>
    built(batchChannelNormalization({ groups: 2, estimate: true }), [1, 3, 3, 4])
  ) as [TorchBatchChannelNormalization, TorchBatchChannelNormalization];
  const step = capture((x: tf.Tensor) => captured.apply(x, { training: true }) as tf.Tensor);
  tf.tidy(() => {
    for (const seed of [1, 2, 3]) {
      const x = tf.randomNormal([1, 3, 3, 4], seed, 2, "float32", seed);
      const expected = eager.apply(x, { training: true }) as tf.Tensor;
      assertClose(step(x), expected.dataSync(), 1e-6, "y");
    }
    assertClose(captured.movingMean.read(), eager.movingMean.read().dataSync(), 1e-6);
    assertClose(captured.movingVariance.read(), eager.movingVariance.read().dataSync(), 1e-6);
  });
  step.dispose();
  eager.dispose();
  captured.dispose();
});

forEachBackend("batchChannelNormalization() computes the same saved and loaded", async () => {
  for (const estimate of [false, true]) {
    const layer = batchChannelNormalization({ name: "bcn1", groups: "auto", estimate });
    const model = modelOf(layer, [4, 4, 6]);
    const x = tf.randomNormal([3, 4, 4, 6], 1, 2);
    tf.tidy(() => void model.apply(x, { training: true }));
    const loaded = await saveAndLoad(model);
    const copy = loaded.getLayer("bcn1");
    assert.equal(copy.getClassName(), "TorchBatchChannelNormalization");
    assert.deepEqual(copy.getConfig(), layer.getConfig());
    assert.equal(copy.getConfig()["estimate"], estimate);
    assert.equal(copy.getConfig()["groups"], "auto");
    tf.tidy(() => {
      for (const training of [false, true, false]) {
        const [y, expected] = [copy, layer].map((either) =>
          either.apply(x, { training }) as tf.Tensor
        );
        assertClose(y!, expected!.dataSync(), 0);
      }
    });
    tf.dispose(x);
    model.dispose();
    loaded.dispose();
  }
});

Deno.test("batchChannelNormalization() throws when groups or input do not fit", async () => {
  await tf.setBackend("cpu");
  assert.throws(() => modelOf(batchChannelNormalization({ name: "bcn" }), [4, 4, 48]), {
    name: "RangeError",
    message:
      "Cannot build bcn as groups must divide the number of channels, 48: current value is 32",
  });
  assert.throws(() => batchChannelNormalization({ groups: 0 }), {
    name: "RangeError",
    message:
      /^Cannot make TorchBatchChannelNormalization as groups must be .*: current value is 0$/,
  });
  assert.throws(() => modelOf(batchChannelNormalization({ name: "bcn" }), [4, 4, null]), {
    name: "TypeError",
    message: /^Cannot build bcn as the number of channels must be known/,
  });
});
