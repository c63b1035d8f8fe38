import assert from "node:assert/strict";
import * as tf from "../../../src/tf.ts";
import { capture } from "../../../src/training/capture.ts";
import { testOnWasm } from "./harness.ts";

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
