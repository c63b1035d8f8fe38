import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import { capture } from "../../src/training/capture.ts";
import { forEachBackend } from "../backends.ts";

forEachBackend("callAsync() does what a call does", async () => {
  const weight = tf.tidy(() => tf.variable(tf.scalar(1)));
  const step = capture((x: tf.Tensor) => {
    weight.assign(tf.add(weight, x));
    return { double: tf.mul(weight, 2) };
  });
  for (const [i, wanted] of [4, 6, 8].entries()) {
    const x = tf.scalar(1);
    const { double } = i === 1 ? step(x) : await step.callAsync(x);
    assert.equal(double.dataSync()[0], wanted);
    tf.dispose([x, double]);
  }
  assert.equal(weight.dataSync()[0], 4);
  step.dispose();
  const unused = tf.scalar(1);
  await assert.rejects(() => step.callAsync(unused), {
    message: "Cannot call a captured step that has been disposed",
  });
  tf.dispose([weight, unused]);
});

/** A step that takes a while. */
function slowStep() {
  return capture((x: tf.Tensor) => {
    let product = x;
    for (let i = 0; i < 12; i++) product = tf.mul(tf.matMul(product, x), 1e-3);
    return tf.mean(product);
  });
}

forEachBackend("callAsync() lets timers in, and its inputs and its step go", async () => {
  const step = slowStep(), x = tf.ones([1000, 1000]);
  const wanted = step(x);
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  const running = step.callAsync(x);
  x.dispose();
  const filler = tf.fill([1000, 1000], 7); // would lie where the input was
  await assert.rejects(() => step.callAsync(filler), {
    message: "Cannot call a captured step as it is running already",
  });
  step.dispose();
  const result = await running;
  clearInterval(timer);
  assert.ok(ticks > 0, "no timer fired");
  assert.deepEqual(result.dataSync(), wanted.dataSync());
  tf.dispose([filler, result, wanted]);
}, ["tensorflow"]);
