import assert from "node:assert/strict";
import { stepSizeOf } from "../../../benchmarks/timing/step_size.ts";
import { deeplabv3plus, resnet } from "../../../src/models/mod.ts";
import * as tf from "../../../src/tf.ts";

Deno.test("stepSizeOf() counts what the published ResNet-50 has to do", () => {
  const model = resnet({ depth: 50, classes: 1000, inputShape: [224, 224, 3] });
  const { kernelBytes, multiplyAdds } = stepSizeOf(model, 1);
  // torchvision: 25,557,032 parameters, 53,120 of normalizations and 2,049,000 of the classifier.
  assert.equal(kernelBytes, 4 * (25_557_032 - 53_120 - 2_049_000));
  // torchvision: 4.09 GFLOPS, which it counts as multiply-adds.
  assert.equal((multiplyAdds / 1e9).toFixed(2), "4.09");
  assert.equal(stepSizeOf(model, 16).multiplyAdds, 16 * multiplyAdds);
  assert.equal(stepSizeOf(model, 16).kernelBytes, kernelBytes);
  model.dispose();
});

Deno.test("stepSizeOf() counts depthwise and separable kernels, and dense ones as work alone", () => {
  const model = tf.sequential({
    layers: [
      tf.layers.depthwiseConv2d({
        inputShape: [8, 6, 5],
        kernelSize: 3,
        depthMultiplier: 2,
        padding: "same",
      }),
      tf.layers.separableConv2d({ kernelSize: [1, 3], filters: 4, strides: 2, padding: "same" }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 7 }),
    ],
  });
  const depthwise = 3 * 3 * 5 * 2, separable = 3 * 10 + 10 * 4, dense = 4 * 3 * 4 * 7;
  assert.deepEqual(stepSizeOf(model, 3), {
    kernelBytes: 4 * (depthwise + separable),
    multiplyAdds: 3 * (48 * depthwise + 12 * separable + dense),
  });
  model.dispose();
});

Deno.test("stepSizeOf() counts the convolutions of a DeepLabv3+, at the extent of each", () => {
  const size = (imageSize: number) => {
    const model = deeplabv3plus({
      classes: 3,
      inputShape: [imageSize, imageSize, 3],
      backbone: { depth: 18, width: 8 },
      headChannels: 8,
      lowLevelChannels: 4,
      dilations: [1, 2, 3, 4],
    });
    const found = stepSizeOf(model, 1);
    model.dispose();
    return found;
  };
  const [small, large] = [size(32), size(64)];
  assert.equal(small.kernelBytes, large.kernelBytes);
  const ratio = large.multiplyAdds / small.multiplyAdds;
  assert.ok(ratio > 3.9 && ratio <= 4, `all but the image pool grows with the pixels: ${ratio}`);
});
