import assert from "node:assert/strict";
import { channelMean } from "../../src/gradients/channel_mean.ts";
import * as tf from "../../src/tf.ts";
import { forEachBackend } from "../backends.ts";

// wasm's average pool overflows its stack from about 16,350 channels on, and nothing says so.
for (const shape of [[8, 64, 64, 64], [3, 20_000], [2000, 20_000]]) {
  forEachBackend(`channelMean() of [${shape}] writes over no other memory`, () => {
    tf.tidy(() => {
      const mean = channelMean(tf.ones(shape)).dataSync();
      assert.ok(mean.every((value) => Math.abs(value - 1) < 1e-5));
      assert.equal(tf.sum(tf.ones([1000])).dataSync()[0], 1000);
    });
  });
}
