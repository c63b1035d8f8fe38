import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import { capture } from "../../src/training/capture.ts";
import { forEachRecordingBackend, variableOf } from "./recording.ts";

/** From what a step makes a variable: an average of a weight begins as the weight. */
const INITIAL: Record<string, (weight: tf.Variable, x: tf.Tensor) => tf.Tensor> = {
  "a variable": (weight) => weight,
  "a reshaped variable": (weight) => tf.reshape(weight, [2]),
  "an input": (_, x) => x,
};

for (const [name, initial] of Object.entries(INITIAL)) {
  forEachRecordingBackend(`capture() takes a step that creates a variable from ${name}`, () => {
    const run = (wrap: typeof capture) => {
      const weight = variableOf(tf.tensor1d([1, 2])), x = tf.tensor1d([5, 6]);
      let average: tf.Variable | undefined;
      const step = wrap((input: tf.Tensor) => {
        average ??= tf.variable(initial(weight, input), false);
        average.assign(tf.add(tf.mul(average, 0.5), tf.mul(weight, 0.5)));
        weight.assign(tf.add(weight, 1));
      });
      for (let call = 0; call < 3; call++) step(x);
      const values = [average!, weight, x].map((each) => Array.from(each.dataSync()));
      step.dispose();
      tf.dispose([average!, weight, x]);
      return values;
    };
    const uncaptured = ((step: (x: tf.Tensor) => void) =>
      Object.assign((x: tf.Tensor) =>
        tf.tidy(() => step(x)), {
        dispose() {},
      })) as unknown as typeof capture; // its types are generic
    assert.deepEqual(run(capture), run(uncaptured));
  });
}

forEachRecordingBackend(
  "capture() lets gradients flow through a step that is called in one",
  () => {
    const x = tf.tensor1d([5, 6]), step = capture((x: tf.Tensor) => tf.square(x));
    const gradient = () => {
      const result = tf.grad((x) => tf.mul(step(x), x))(x);
      const values = Array.from(result.dataSync());
      result.dispose();
      return values;
    };
    assert.deepEqual(gradient(), [75, 108]); // 3·x²
    step(x).dispose();
    assert.deepEqual(gradient(), [75, 108]); // also when there is a recording
    step.dispose();
    x.dispose();
  },
);

forEachRecordingBackend("capture() frees what a gradient saved when the step throws in it", () => {
  const weight = variableOf(tf.tensor1d([5, 6])), optimizer = tf.train.sgd(0.1);
  const loss = () => {
    const value = tf.sum(tf.square(tf.exp(weight))) as tf.Scalar;
    value.dataSync();
    return value;
  };
  const step = capture(() => void optimizer.minimize(loss, false, [weight]));
  const { numTensors } = tf.memory();
  for (let call = 0; call < 3; call++) assert.throws(() => step(), /Cannot read values/);
  assert.equal(tf.memory().numTensors, numTensors);
  step.dispose();
  optimizer.dispose();
  weight.dispose();
});

/** The reasons of promises that are rejected meanwhile and that nobody awaits. */
async function rejectionsOf(body: () => void): Promise<unknown[]> {
  const rejected: unknown[] = [];
  const note = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    rejected.push(event.reason);
  };
  globalThis.addEventListener("unhandledrejection", note);
  body();
  await new Promise((resolve) => setTimeout(resolve, 0));
  globalThis.removeEventListener("unhandledrejection", note);
  return rejected;
}

forEachRecordingBackend(
  "capture() leaves no rejected promise of a step that is async",
  async () => {
    const x = tf.scalar(2), body = async (x: tf.Tensor) => void await x.data();
    const step = capture(body as unknown as (x: tf.Tensor) => void); // as JavaScript allows
    const rejected = await rejectionsOf(() => {
      assert.throws(() => step(x), /returns a promise/);
    });
    assert.deepEqual(rejected, []);
    step.dispose();
    x.dispose();
  },
);

forEachRecordingBackend("capture() lets debug mode check the operations of a step", async () => {
  const x = tf.scalar(0), step = capture((x: tf.Tensor) => tf.log(tf.neg(tf.add(x, 1))));
  step(x).dispose(); // there is a recording
  const { log, warn } = console, said: string[] = [];
  Object.assign(console, { log() {}, warn: (text: string) => void said.push(text) });
  tf.env().set("DEBUG", true);
  try {
    assert.deepEqual(await rejectionsOf(() => void step(x).dispose()), []);
  } finally {
    tf.env().set("DEBUG", false);
    Object.assign(console, { log, warn });
  }
  assert.match(said.join(), /Found NaN in the result of 'Log'/);
  step.dispose();
  x.dispose();
});
