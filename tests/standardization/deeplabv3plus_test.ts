/** The published contrast: DeepLabv3+ on ResNet-101, all but the last 15 convolutions standardized. */
import assert from "node:assert/strict";
import { applyWeightStandardization, models, tf } from "../../mod.ts";
import { headConvolutions } from "../models/head_convolutions.ts";

/** The network's structure, a fraction of its width. */
function narrow(): tf.LayersModel {
  return models.deeplabv3plus({
    backbone: { depth: 101, width: 4 },
    classes: 5,
    headChannels: 8,
    lowLevelChannels: 4,
    inputShape: [64, 64, 3],
  });
}

Deno.test("applyWeightStandardization() leaves DeepLabv3+'s 15 head convolutions alone", async () => {
  await tf.setBackend("cpu");
  const model = narrow();
  const { count, standardized, ignored } = applyWeightStandardization(model, {
    nLastLayersIgnore: 15,
  });
  assert.equal(count, 104);
  assert.deepEqual(ignored, headConvolutions);
  assert.ok(standardized.every((name) => name.startsWith("backbone.")));
  assert.equal(standardized[0], "backbone.conv1");
  assert.equal(standardized.at(-1), "backbone.layer4.2.conv3");
  model.dispose();
});

Deno.test("applyWeightStandardization() takes the same layers of a model that was loaded", async () => {
  await tf.setBackend("cpu");
  const model = narrow();
  const config = JSON.parse(JSON.stringify(model.toJSON(null, false)));
  const loaded = await tf.models.modelFromJSON(config);
  const { ignored } = applyWeightStandardization(loaded, { nLastLayersIgnore: 15 });
  assert.deepEqual(ignored, headConvolutions);
  [model, loaded].forEach((made) => made.dispose());
});
