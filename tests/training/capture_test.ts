import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import { capture } from "../../src/training/capture.ts";
import { forEachBackend } from "../backends.ts";

forEachBackend(
  "capture() returns what the step itself returns, tidied",
  () => {
    let calls = 0;
    const step = capture((x: tf.Tensor, y: tf.Tensor) => {
      calls++;
      return { sum: tf.add(x, tf.mul(y, 2)), both: [tf.neg(x), tf.neg(y)] };
    });
    const x = tf.tensor1d([1, 2]), y = tf.tensor1d([3, 4]);
    for (let i = 0; i < 3; i++) {
      const { sum, both } = step(x, y);
      assert.deepEqual(Array.from(sum.dataSync()), [7, 10]);
      assert.deepEqual(both.map((tensor) => Array.from(tensor.dataSync())), [[-1, -2], [-3, -4]]);
      tf.dispose([sum, both]);
    }
    // Where the backend has no capture, the step itself runs each time.
    assert.equal(calls, tf.getBackend() === "cpu" ? 3 : 1);
    tf.dispose([x, y]);
    step.dispose();
  },
);

forEachBackend("capture() updates variables as the step itself does", () => {
  const initial = tf.scalar(4), rate = tf.scalar(0.25);
  const weight = tf.variable(initial), optimizer = tf.train.sgd(0.1);
  const step = capture((factor: tf.Tensor) =>
    optimizer.minimize(() => tf.mul(factor, tf.square(weight)) as tf.Scalar, true, [weight])
  );
  const losses = [1, 2, 3].map(() => {
    const loss = step(rate) as tf.Scalar;
    const [value] = loss.dataSync();
    loss.dispose();
    return value ?? NaN;
  });
  // The gradient is w/2, so w shrinks by 0.95 a step, and the loss w²/4 by 0.95².
  [4, 3.61, 3.258025].forEach((loss, i) => assert.ok(Math.abs((losses[i] ?? NaN) - loss) < 1e-5));
  tf.dispose([initial, rate, weight]);
  optimizer.dispose();
  step.dispose();
});

/** A backend that offers `capture`, and says what it was asked. */
class RecordingBackend extends tf.KernelBackend {
  readonly events: string[] = [];
  capture<Inputs extends tf.Tensor[], Output>(step: (...inputs: Inputs) => Output) {
    this.events.push("capture");
    const call = (...inputs: Inputs): Output => {
      this.events.push("call");
      return step(...inputs);
    };
    return Object.assign(call, { dispose: () => void this.events.push("dispose") });
  }
  override dispose(): void {}
}

Deno.test("capture() asks the backend of the moment, once, and disposes what it got", async () => {
  const first = new RecordingBackend(), second = new RecordingBackend();
  tf.registerBackend("first", () => first);
  tf.registerBackend("second", () => second);
  try {
    const step = capture(() => {});
    await tf.setBackend("first");
    step();
    step();
    assert.deepEqual(first.events, ["capture", "call", "call"]);
    await tf.setBackend("second");
    step();
    assert.deepEqual(first.events.slice(3), ["dispose"]);
    step.dispose();
    assert.deepEqual(second.events, ["capture", "call", "dispose"]);
    assert.throws(() => step(), /has been disposed/);
  } finally {
    await tf.setBackend("cpu");
    tf.removeBackend("first");
    tf.removeBackend("second");
  }
});

forEachBackend("capture() names the input that has been disposed, also at the first call", () => {
  const step = capture((x: tf.Tensor, y: tf.Tensor) => tf.add(x, y));
  const x = tf.ones([2, 3]), gone = tf.ones([2, 3]);
  gone.dispose();
  const message =
    /its input 1, a float32 tensor of shape \[2,3\], has been disposed: call the step/;
  assert.throws(() => step(x, gone), { name: "Error", message });
  step(x, x).dispose();
  assert.throws(() => step(x, gone), { name: "Error", message });
  step(x, x).dispose(); // still usable
  x.dispose();
  step.dispose();
});
