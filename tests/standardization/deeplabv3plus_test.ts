/** The published contrast: DeepLabv3+ on ResNet-101, all but the last 15 convolutions standardized. */
import assert from "node:assert/strict";
import { applyWeightStandardization, models, tf } from "../../mod.ts";

/** The head's convolutions in PyTorch's order of calls (mmsegmentation 0.22.0). */
const head = [
  "image_pool.1.conv",
  "aspp_modules.0.conv",
  "aspp_modules.1.depthwise_conv.conv",
  "aspp_modules.1.pointwise_conv.conv",
  "aspp_modules.2.depthwise_conv.conv",
  "aspp_modules.2.pointwise_conv.conv",
  "aspp_modules.3.depthwise_conv.conv",
  "aspp_modules.3.pointwise_conv.conv",
  "bottleneck.conv",
  "c1_bottleneck.conv",
  "sep_bottleneck.0.depthwise_conv.conv",
  "sep_bottleneck.0.pointwise_conv.conv",
  "sep_bottleneck.1.depthwise_conv.conv",
  "sep_bottleneck.1.pointwise_conv.conv",
  "conv_seg",
].map((name) => `decode_head.${name}`);

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
  assert.deepEqual(ignored, head);
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
  assert.deepEqual(ignored, head);
  [model, loaded].forEach((made) => made.dispose());
});
