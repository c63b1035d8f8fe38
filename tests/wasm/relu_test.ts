import assert from "node:assert/strict";
import fc from "fast-check";
import { relu } from "../../src/gradients/relu.ts";
import * as tf from "../../src/tf.ts";
import { testOnWasm } from "./kernels.ts";

const values = fc.float32Array({ maxLength: 70 });

testOnWasm("relu is max(x, 0), with NaN where there is one", () => {
  fc.assert(fc.property(values, (x) => {
    const y = tf.tidy(() => relu(tf.tensor1d(x)).dataSync());
    assert.deepEqual([...y].map(plain), [...x].map((value) => plain(Math.max(value, 0))));
  }));
});

testOnWasm("relu's gradient is dy where y is above 0, and NaN where one of them is", () => {
  const pairs = values.chain((x) =>
    fc.tuple(fc.constant(x), fc.float32Array({ minLength: x.length, maxLength: x.length }))
  );
  fc.assert(fc.property(pairs, ([x, dy]) => {
    const dx = tf.tidy(() => tf.grad((x: tf.Tensor) => relu(x))(tf.tensor1d(x), tf.tensor1d(dy)));
    const step = (value: number) => Number.isNaN(value) ? NaN : value > 0 ? 1 : 0;
    assert.deepEqual([...dx.dataSync()].map(plain), [...x].map((v, i) => plain(dy[i]! * step(v))));
    dx.dispose();
  }));
});

/** −0 counts as 0. */
const plain = (value: number) => value === 0 ? 0 : value;
