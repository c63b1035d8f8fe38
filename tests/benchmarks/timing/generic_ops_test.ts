import * as assert from "node:assert/strict";
import {
  applyByGenericOps,
  standardizeByGenericOps,
} from "../../../benchmarks/timing/generic_ops.ts";
import { applyWeightStandardization } from "../../../mod.ts";
import { deeplabv3plus } from "../../../src/models/mod.ts";
import * as tf from "../../../src/tf.ts";
import { assertClose, forEachBackend } from "../../backends.ts";
import { pytorch } from "../../fixtures/pytorch.ts";

forEachBackend("standardizeByGenericOps() has PyTorch's values and gradients", () => {
  const cases = [
    ...pytorch.standardize.map((entry) => ({ ...entry, depthwise: false })),
    { ...pytorch.standardizeDepthwise, depthwise: true },
  ].filter(({ variant }) => variant === "composer");
  assert.ok(cases.length >= 2);
  for (const { kernel, upstream, standardized, gradient, depthwise } of cases) {
    tf.tidy(() => {
      const w = tf.tensor(kernel.values, kernel.shape);
      const g = tf.tensor(upstream.values, upstream.shape);
      assertClose(standardizeByGenericOps(w, depthwise), standardized.values, 2e-6);
      const objective = (w: tf.Tensor) => tf.sum(tf.mul(g, standardizeByGenericOps(w, depthwise)));
      const scale = Math.max(1, ...gradient.values.map(Math.abs));
      assertClose(tf.grad(objective)(w), gradient.values, 1e-5 * scale, "gradient");
    });
  }
});

/** Convolutions of every kind that the suite's models have. */
function tinyModel(): tf.LayersModel {
  return deeplabv3plus({
    classes: 3,
    inputShape: [32, 32, 3],
    headChannels: 4,
    lowLevelChannels: 2,
    dilations: [1, 2],
    dropout: 0,
    seed: 0,
    backbone: { depth: { block: "basic", counts: [1, 1, 1, 1] }, width: 4 },
  });
}

forEachBackend(
  "applyByGenericOps() computes what the library does, by other operations",
  async () => {
    const [generic, library] = [tinyModel(), tinyModel()];
    const weights = generic.trainableWeights.map(({ name }) => name);
    const count = applyByGenericOps(generic);
    assert.equal(count, applyWeightStandardization(library).count);
    assert.deepEqual(generic.trainableWeights.map(({ name }) => name), weights);
    const x = tf.randomNormal([2, 32, 32, 3], 0, 1, "float32", 1);
    tf.tidy(() => {
      const outputs = [generic, library].map((model) => model.apply(x) as tf.Tensor);
      const [actual, expected] = outputs as [tf.Tensor, tf.Tensor];
      const largest = tf.max(tf.abs(expected)).dataSync()[0]!;
      assertClose(actual, expected.dataSync(), 1e-4 * largest);
    });
    const own = "weight-standardization/standardize";
    assert.ok((await operationsOf(library, x)).includes(own));
    assert.ok(
      !(await operationsOf(generic, x)).includes(own),
      "that is what the arm is to be without",
    );
    x.dispose();
    generic.dispose();
    library.dispose();
  },
);

/** The operations of a forward pass. */
async function operationsOf(model: tf.LayersModel, x: tf.Tensor): Promise<string[]> {
  const { kernelNames, result } = await tf.profile(() => model.apply(x) as tf.Tensor);
  tf.dispose(result);
  return kernelNames;
}
