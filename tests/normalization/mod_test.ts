import * as assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import { normalizationFactory } from "../../src/normalization/mod.ts";

Deno.test("normalizationFactory() finds a normalization by its name, and keeps a factory", () => {
  const args = { name: "layer1.0.bn1", gammaInitializer: tf.initializers.ones() };
  const layer = normalizationFactory("batch")(args);
  assert.equal(layer.getClassName(), "TorchBatchNormalization");
  assert.equal(layer.name, "layer1.0.bn1");
  const own = () => layer;
  assert.equal(normalizationFactory(own), own);
});

Deno.test("normalizationFactory() throws RangeError when the name is unknown", () => {
  for (const name of ["Batch", "toString", ""]) {
    assert.throws(() => normalizationFactory(name), {
      name: "RangeError",
      message: /^Cannot find a normalization as the name must be one of batch/,
    });
  }
});
