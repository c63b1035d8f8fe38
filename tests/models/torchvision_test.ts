import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import { deeplabv3plus } from "../../src/models/deeplabv3plus.ts";
import { resnet } from "../../src/models/resnet.ts";
import { assertClose } from "../backends.ts";
import type { FixtureTensor } from "../fixtures/pytorch.ts";
import { convolutionNames } from "./counts.ts";
import { fill, hashed, torchName, torchvision } from "./fixtures/torchvision.ts";

/** Fails where a value is further off than `tolerance` times the reference's largest. */
function assertNear(
  actual: tf.Tensor,
  { shape, values }: FixtureTensor,
  tolerance: number,
  what: string,
): void {
  assert.deepEqual(actual.shape, shape);
  assertClose(actual, values, tolerance * Math.max(...values.map(Math.abs)), what);
}

Deno.test("resnet() computes, learns and moves its statistics as torchvision's ResNet-18", async () => {
  await tf.setBackend("wasm");
  const { evaluated, trained, gradients, moved } = torchvision.resnet18;
  const model = resnet({ depth: 18, classes: 10, inputShape: [64, 48, 3] });
  fill(model);
  tf.tidy(() => {
    const x = hashed("image", [2, 64, 48, 3]);
    assertNear(model.predict(x) as tf.Tensor, evaluated, 1e-5, "evaluated");
    const { grads } = tf.variableGrads(() => {
      const y = model.apply(x, { training: true }) as tf.Tensor;
      assertNear(y, trained, 1e-5, "trained");
      return tf.sum(tf.mul(y, hashed("upstream", [2, 10])));
    });
    for (const { name, originalName } of model.weights) {
      const gradient = gradients[torchName(originalName)];
      if (gradient) assertNear(grads[name]!, gradient, 1e-4, originalName);
    }
  });
  for (const weight of model.weights) {
    const reference = moved[torchName(weight.originalName)];
    if (reference) assertNear(weight.read(), reference, 1e-6, weight.originalName);
  }
  model.dispose();
});

Deno.test("deeplabv3plus() computes, and calls in the order, as PyTorch does", async () => {
  await tf.setBackend("wasm");
  const model = deeplabv3plus({
    backbone: { depth: 50 },
    classes: 4,
    headChannels: 32,
    lowLevelChannels: 12,
    dilations: [1, 2, 3],
  });
  fill(model);
  const { evaluated, calls } = torchvision.deeplab50;
  assert.deepEqual(convolutionNames(model), calls);
  tf.tidy(() => {
    const y = model.predict(hashed("image", [1, 33, 40, 3])) as tf.Tensor;
    assertNear(y, evaluated, 1e-5, "evaluated");
  });
  model.dispose();
});
