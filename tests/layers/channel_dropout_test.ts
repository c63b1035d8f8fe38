import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import { ChannelDropout } from "../../src/layers/channel_dropout.ts";
import { withStepSeed } from "../../src/random.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { inSharedStep, simulateWorkers } from "../training/simulated_workers.ts";
import { modelOf, saveAndLoad } from "./roundtrip.ts";

/** What the layer makes of ones in training, in a step with that seed. */
function train(layer: tf.layers.Layer, shape: number[], seed: number): number[][][][] {
  return tf.tidy(() =>
    withStepSeed(
      tf.tensor1d([seed], "int32"),
      () => (layer.apply(tf.ones(shape), { training: true }) as tf.Tensor4D).arraySync(),
    )
  );
}

forEachBackend("ChannelDropout drops whole channels of single images when it trains", () => {
  const y = train(new ChannelDropout({ rate: 0.25 }), [20, 2, 3, 100], 1);
  let dropped = 0;
  for (const image of y) {
    const pixels = image.flat();
    for (const pixel of pixels) assert.deepEqual(pixel, pixels[0]);
    for (const value of pixels[0]!) {
      assert.ok(value === 0 || Math.abs(value - 4 / 3) < 1e-6, `${value}`);
      if (value === 0) dropped++;
    }
  }
  // 2,000 channels: five standard deviations are 0.048.
  assert.ok(Math.abs(dropped / 2000 - 0.25) < 0.05, `${dropped}`);
  assert.notDeepEqual(y[0], y[1]);
});

forEachBackend("ChannelDropout draws from the step's seed alone", () => {
  const layer = new ChannelDropout({ rate: 0.5 });
  assert.deepEqual(train(layer, [2, 1, 1, 50], 7), train(layer, [2, 1, 1, 50], 7));
  assert.notDeepEqual(train(layer, [2, 1, 1, 50], 7), train(layer, [2, 1, 1, 50], 8));
});

forEachBackend("ChannelDropout drops of an image the same wherever it lies on workers", () => {
  const layer = new ChannelDropout({ rate: 0.5 });
  const whole = train(layer, [6, 1, 1, 50], 7);
  for (const size of [2, 3]) {
    const { results, sums } = simulateWorkers(
      size,
      (group) => inSharedStep(group, () => train(layer, [6 / size, 1, 1, 50], 7)),
    );
    assert.deepEqual(results.flat(), whole);
    assert.equal(sums, 0);
  }
});

forEachBackend("ChannelDropout draws as alone where workers have batches of their own", () => {
  const layer = new ChannelDropout({ rate: 0.5 });
  const { results } = simulateWorkers(2, (group) => {
    const step = () => train(layer, [3, 1, 1, 50], 7);
    return inSharedStep(group, step, { share: undefined });
  });
  const own = train(layer, [3, 1, 1, 50], 7);
  assert.deepEqual(results, [own, own]);
});

forEachBackend(
  "ChannelDropout passes its input on when it does not train, saved or not",
  async () => {
    const model = modelOf(new ChannelDropout({ rate: 0.4 }), [3, 3, 2]);
    const loaded = await saveAndLoad(model);
    assert.equal(loaded.layers[1]!.getConfig()["rate"], 0.4);
    tf.tidy(() => {
      const x = tf.randomNormal([2, 3, 3, 2]);
      assertClose(model.predict(x) as tf.Tensor, x.dataSync(), 0);
      assertClose(loaded.predict(x) as tf.Tensor, x.dataSync(), 0);
    });
  },
);

Deno.test("ChannelDropout throws RangeError when the rate is outside [0, 1)", () => {
  for (const rate of [-0.1, 1, NaN]) {
    assert.throws(() => new ChannelDropout({ rate }), {
      name: "RangeError",
      message: `Cannot make ChannelDropout as rate must be in [0, 1): current value is ${rate}`,
    });
  }
});
