import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import { RepairedMaxPooling2D } from "../../src/layers/max_pooling2d.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { pytorch } from "../fixtures/pytorch.ts";
import { assertForwardAndGradient, modelOf, saveAndLoad } from "./roundtrip.ts";

forEachBackend("RepairedMaxPooling2D matches PyTorch when it pads", () => {
  const { size: poolSize, stride: strides, padding, x, y } = pytorch.maxPool;
  const layer = new RepairedMaxPooling2D({ poolSize, strides, padding });
  assertForwardAndGradient((x) => layer.apply(x) as tf.Tensor, pytorch.maxPool, 1e-6);
  assert.deepEqual(layer.computeOutputShape(x.shape), y.shape);
  assert.deepEqual(layer.computeOutputShape([null, null, 8, 2]), [null, null, 4, 2]);
});

forEachBackend("RepairedMaxPooling2D gives a stock layer's output when neither pads", async () => {
  for (const args of [{}, { poolSize: 3 }, { poolSize: [3, 2], strides: [1, 2] }] as const) {
    const model = modelOf(new RepairedMaxPooling2D(args as { poolSize: [3, 2] }), [9, 8, 3]);
    const loaded = await saveAndLoad(model);
    const stock = tf.layers.maxPooling2d(args as { poolSize: [3, 2] });
    tf.tidy(() => {
      const x = tf.randomNormal([2, 9, 8, 3]);
      const expected = stock.apply(x) as tf.Tensor;
      assert.deepEqual(model.outputs[0]!.shape, [null, ...expected.shape.slice(1)]);
      assertClose(model.predict(x) as tf.Tensor, expected.dataSync(), 0);
      assertClose(loaded.predict(x) as tf.Tensor, expected.dataSync(), 0);
    });
  }
});

Deno.test("RepairedMaxPooling2D throws RangeError when the padding is negative", () => {
  assert.throws(() => new RepairedMaxPooling2D({ padding: -1 }), {
    name: "RangeError",
    message: /^Cannot make RepairedMaxPooling2D as padding must be .*: current value is -1$/,
  });
});
