import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import { batchNormalization, type TorchBatchNormalization } from "../../src/normalization/batch.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { pytorch, toTensor } from "../fixtures/pytorch.ts";
import { assertForwardAndGradient, built, modelOf, saveAndLoad } from "../layers/roundtrip.ts";

const reference = pytorch.batchNorm;

/** The layer with the reference's gamma and beta, and moving statistics as at the beginning. */
function referenceLayer(): TorchBatchNormalization {
  const layer = built(batchNormalization(), reference.x.shape);
  tf.tidy(() => {
    const [mean, variance] = [tf.zeros([6]), tf.ones([6])];
    layer.setWeights([toTensor(reference.gamma), toTensor(reference.beta), mean, variance]);
  });
  return layer;
}

forEachBackend("batchNormalization() matches PyTorch when it trains", () => {
  const layer = referenceLayer();
  assertForwardAndGradient((x) => layer.apply(x, { training: true }) as tf.Tensor, reference, 2e-5);
  tf.tidy(() => {
    const { grads } = tf.variableGrads(() => {
      const y = layer.apply(toTensor(reference.x), { training: true }) as tf.Tensor;
      return tf.sum(tf.mul(y, toTensor(reference.upstream)));
    });
    const [dgamma, dbeta] = Object.values(grads) as [tf.Tensor, tf.Tensor];
    assertClose(dgamma, reference.dgamma.values, 2e-5, "dgamma");
    assertClose(dbeta, reference.dbeta.values, 2e-5, "dbeta");
  });
  layer.dispose();
});

forEachBackend("batchNormalization() moves its statistics as PyTorch when it trains once", () => {
  const layer = referenceLayer();
  tf.tidy(() => void layer.apply(toTensor(reference.x), { training: true }));
  assertClose(layer.movingMean.read(), reference.movingMean.values, 1e-6, "moving mean");
  assertClose(
    layer.movingVariance.read(),
    reference.movingVariance.values,
    1e-6,
    "moving variance",
  );
  layer.dispose();
});

forEachBackend(
  "batchNormalization() normalizes by moving statistics when it does not train",
  () => {
    const layer = referenceLayer();
    tf.tidy(() => {
      const [mean, variance] = [
        toTensor(reference.beta),
        tf.add(tf.abs(toTensor(reference.gamma)), 1),
      ];
      layer.setWeights([toTensor(reference.gamma), toTensor(reference.beta), mean, variance]);
      const x = toTensor<tf.Rank.R4>(reference.x);
      const expected = tf.batchNorm(
        x,
        mean as tf.Tensor1D,
        variance as tf.Tensor1D,
        toTensor<tf.Rank.R1>(reference.beta),
        toTensor<tf.Rank.R1>(reference.gamma),
        1e-5,
      );
      assertClose(layer.apply(x) as tf.Tensor, expected.dataSync(), 1e-5);
      assertClose(layer.apply(x, { training: false }) as tf.Tensor, expected.dataSync(), 1e-5);
      assertClose(layer.movingMean.read(), mean.dataSync(), 0, "moving mean");
    });
    layer.dispose();
  },
);

forEachBackend(
  "batchNormalization() works in both modes when it has no scale and no centre",
  () => {
    for (const args of [{ scale: false }, { center: false }, { scale: false, center: false }]) {
      const layer = built(batchNormalization(args), [5, 3]);
      tf.tidy(() => {
        const x = tf.randomNormal([40, 3], 2, 3);
        const y = layer.apply(x, { training: true }) as tf.Tensor;
        assertClose(tf.mean(y, 0), [0, 0, 0], 1e-5);
        assertClose(tf.mean(tf.square(y), 0), [1, 1, 1], 1e-4);
        const rest = layer.apply(x) as tf.Tensor;
        const { mean, variance } = tf.moments(x, 0);
        const moving = tf.add(tf.mul(variance, 0.1 * 40 / 39), 0.9 + 1e-5);
        const expected = tf.div(tf.sub(x, tf.mul(mean, 0.1)), tf.sqrt(moving));
        assertClose(rest, expected.dataSync(), 1e-4);
      });
      layer.dispose();
    }
  },
);

forEachBackend(
  "batchNormalization() is not a stock layer when it is saved and loaded",
  async () => {
    const model = modelOf(batchNormalization({ name: "bn1", momentum: 0.8 }), [4, 4, 3]);
    tf.tidy(() => void model.apply(tf.randomNormal([8, 4, 4, 3], 1, 2), { training: true }));
    const loaded = await saveAndLoad(model);
    assert.equal(loaded.getLayer("bn1").getClassName(), "TorchBatchNormalization");
    assert.deepEqual(loaded.getLayer("bn1").getConfig(), model.getLayer("bn1").getConfig());
    assert.equal(loaded.getLayer("bn1").getConfig()["epsilon"], 1e-5);
    assert.equal(loaded.getLayer("bn1").getConfig()["momentum"], 0.8);
    assert.equal(tf.layers.batchNormalization().getClassName(), "BatchNormalization");
    tf.tidy(() => {
      const x = tf.randomNormal([2, 4, 4, 3]);
      assertClose(loaded.predict(x) as tf.Tensor, (model.predict(x) as tf.Tensor).dataSync(), 0);
    });
    model.dispose();
    loaded.dispose();
  },
);

Deno.test("batchNormalization() throws when it has one value a channel, or another axis", async () => {
  await tf.setBackend("cpu");
  const layer = built(batchNormalization({ name: "bn" }), [1, 3]);
  assert.throws(() => tf.tidy(() => void layer.apply(tf.ones([1, 3]), { training: true })), {
    name: "RangeError",
    message:
      /^Cannot normalize a batch in bn as values for each channel must be >= 2: .* is 1; .* microbatchSize/,
  });
  layer.dispose();
  assert.throws(() => modelOf(batchNormalization({ axis: 1 }), [4, 4, 3]), {
    name: "RangeError",
    message: /axis must be -1, the last one: current value is 1$/,
  });
});
