import assert from "node:assert/strict";
import * as tf from "../../../src/tf.ts";
import { capture } from "../../../src/training/capture.ts";
import { variableOf, wave } from "../../training/recording.ts";
import { testOnWasm, unrecorded } from "./harness.ts";

testOnWasm(
  "what a watched step gives back is one piece, as far as it was there before",
  (backend) => {
    const bytes = backend.wasm.HEAPU8.length;
    const free = bytes - (3 << 20); // less what TensorFlow.js has taken for itself
    const shape = [Math.floor(free / 5000 / 4)], x = tf.zeros(shape);
    const step = capture((x: tf.Tensor) => {
      let y = x;
      for (let i = 0; i < 5000; i++) y = tf.sin(y); // all are there until the step ends
      return tf.sum(y);
    });
    step(x).dispose();
    const address = backend.wasm._malloc(free - (1 << 20));
    assert.equal(backend.wasm.HEAPU8.length, bytes);
    backend.wasm._free(address);
    x.dispose();
    step.dispose();
  },
);

testOnWasm("weights that a recording writes are not kept packed", async ({ wasm }) => {
  const size = 1024, weight = variableOf(wave([size, size])), x = wave([1, size]);
  const step = capture((x: tf.Tensor) => {
    const sum = (count: number) => {
      const rows = tf.tile(x, [count, 1]);
      return tf.sum(tf.matMul(rows, weight as tf.Tensor2D));
    };
    const total = Array.from({ length: 6 }, (_, i) => sum(i + 1)).reduce((a, b) => tf.add(a, b));
    weight.assign(tf.mul(weight, 0.5));
    return total;
  });
  const run = () => [1, 2, 3].forEach(() => step(x).dispose());
  await unrecorded(run);
  const { length } = wasm.HEAPU8;
  run();
  assert.equal(wasm.HEAPU8.length, length);
  tf.dispose([weight, x]);
  step.dispose();
});
