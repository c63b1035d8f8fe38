import assert from "node:assert/strict";
import * as tf from "../../../src/tf.ts";
import { capture } from "../../../src/training/capture.ts";
import { variableOf, wave } from "../../training/recording.ts";
import { take, testOnWasm } from "./harness.ts";

testOnWasm("a recording leaves tensors alone that share a variable's memory", () => {
  const first = tf.tensor1d([1, 2]), weight = tf.variable(first);
  const view = tf.reshape(weight, [2, 1]); // shares its memory
  const step = capture(() => weight.assign(tf.mul(weight, 2)));
  for (let call = 1; call <= 3; call++) {
    step();
    assert.deepEqual(Array.from(view.dataSync()), [1, 2]);
    assert.deepEqual(Array.from(weight.dataSync()), [2 ** call, 2 ** (call + 1)]);
  }
  const later = tf.reshape(weight, [1, 2]);
  step();
  assert.deepEqual(Array.from(later.dataSync()), [8, 16]);
  assert.deepEqual(Array.from(weight.dataSync()), [16, 32]);
  tf.dispose([first, weight, view, later]);
  step.dispose();
});

testOnWasm("a recording takes a variable as an input and writes it", () => {
  const weight = variableOf(tf.tensor1d([1, 2]));
  const step = capture((x: tf.Tensor) => {
    weight.assign(tf.add(weight, 1));
    return tf.sub(x, 0.5);
  });
  assert.deepEqual(take(step(weight)), [0.5, 1.5]);
  assert.deepEqual(take(step(weight)), [1.5, 2.5]);
  assert.deepEqual(Array.from(weight.dataSync()), [3, 4]);
  weight.dispose();
  step.dispose();
});

testOnWasm("a recording exchanges variables, and returns what it is given", () => {
  const a = variableOf(tf.tensor1d([1, 2])), b = variableOf(tf.tensor1d([3, 4]));
  const step = capture((x: tf.Tensor) => {
    const old = tf.clone(a);
    a.assign(b.clone());
    b.assign(old as tf.Tensor1D);
    return { x, a: tf.clone(a), one: tf.scalar(1) };
  });
  const x = tf.tensor1d([5, 6]);
  for (const [wanted, other] of [[[3, 4], [1, 2]], [[1, 2], [3, 4]], [[3, 4], [1, 2]]]) {
    const results = step(x);
    assert.notEqual(results.x.dataId, x.dataId);
    assert.deepEqual([results.x, results.a, results.one].map(take), [[5, 6], wanted, [1]]);
    assert.deepEqual([a, b].map((each) => Array.from(each.dataSync())), [wanted, other]);
  }
  tf.dispose([a, b, x]);
  step.dispose();
});

testOnWasm("what the backend packed of a variable is forgotten when a recording writes it", () => {
  const kernel = variableOf(wave([3, 3, 2, 4])), x = wave([1, 5, 5, 2]) as tf.Tensor4D;
  const predict = () => tf.conv2d(x, kernel as unknown as tf.Tensor4D, 1, "same");
  const predicted = capture(predict);
  const step = capture(() => kernel.assign(tf.mul(kernel, -2)));
  const before = take(predict());
  for (let call = 1; call <= 2; call++) {
    const expected = before.map((value) => value * (-2) ** call);
    step();
    assert.deepEqual([take(predict()), take(predicted())], [expected, expected]);
  }
  const doubled = tf.mul(kernel, 2);
  kernel.assign(doubled); // between two calls, as setWeights does
  const expected = before.map((value) => value * 8);
  assert.deepEqual([take(predicted()), take(predicted())], [expected, expected]);
  tf.dispose([kernel, x, doubled]);
  [predicted, step].forEach((each) => each.dispose());
});

testOnWasm("a variable and a constant are packed for each product of theirs", () => {
  const weight = variableOf(wave([4, 6])), table = wave([4, 6], 1);
  const body = (x: tf.Tensor) =>
    [weight, table].flatMap((matrix) => {
      const turned = tf.clone(tf.reshape(matrix, [6, 4])) as tf.Tensor2D; // of memory of its own
      const straight = tf.matMul(tf.reshape(x, [6, 4]), matrix as unknown as tf.Tensor2D);
      return [straight, tf.matMul(tf.reshape(x, [4, 6]), turned)];
    });
  const step = capture(body);
  for (const phase of [2, 3]) {
    const x = wave([24], phase);
    assert.deepEqual(
      step(x).map(take),
      tf.tidy(() => body(x).map((each) => tf.keep(each))).map(take),
    );
    x.dispose();
  }
  tf.dispose([weight, table]);
  step.dispose();
});

testOnWasm("a recording finds its constants after they were on another backend", async () => {
  const kernel = wave([3, 3, 2, 2]), table = wave([6, 6]), a = wave([6, 6], 3);
  const x = wave([1, 5, 5, 2]);
  const step = capture((x: tf.Tensor, a: tf.Tensor) => [
    tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, 1, "same"),
    tf.matMul(table as tf.Tensor2D, a as tf.Tensor2D),
    tf.prelu(table, a),
    tf.add(table, a),
  ]);
  const before = step(x, a).map(take);
  await tf.setBackend("cpu");
  tf.dispose([tf.add(kernel, 1), tf.add(table, 1)]); // their values are there now
  await tf.setBackend("wasm");
  const others = [3, 4, 5].map((phase) => [wave([6, 6], phase), wave([3, 3, 2, 2], phase)]);
  assert.deepEqual(step(x, a).map(take), before);
  tf.dispose([kernel, table, a, x, others]);
  step.dispose();
});

testOnWasm("a recording goes on when the memory has grown", (backend) => {
  const weight = variableOf(wave([100])), x = wave([100]);
  const step = capture((x: tf.Tensor) => {
    weight.assign(tf.add(weight, x));
    return tf.concat([tf.square(x), tf.slice(weight, 0, 3)]); // kernels in JavaScript
  });
  const first = take(step(x));
  const { buffer } = backend.wasm.HEAPU8;
  const large = tf.zeros([Math.ceil(buffer.byteLength / 4)]);
  assert.notEqual(backend.wasm.HEAPU8.buffer, buffer);
  const second = take(step(x));
  assert.deepEqual(second.slice(0, 100), first.slice(0, 100));
  assert.notDeepEqual(second.slice(100), first.slice(100));
  tf.dispose([weight, x, large]);
  step.dispose();
});

testOnWasm("recordings beside each other share their block of memory, whatever its size", () => {
  const steps = [3, 1000, 10].map((size) => ({
    step: capture((x: tf.Tensor) => tf.sum(tf.exp(tf.tile(tf.sin(x), [size])))),
    size,
  }));
  const x = tf.tensor1d([0.5, 1]);
  const check = () => {
    for (const { step, size } of steps) {
      const expected = size * (Math.exp(Math.sin(0.5)) + Math.exp(Math.sin(1)));
      assert.ok(Math.abs(take(step(x))[0]! / expected - 1) < 1e-4);
    }
  };
  check();
  check();
  steps.splice(1, 1)[0]!.step.dispose(); // the largest
  check();
  steps.forEach(({ step }) => step.dispose());
  x.dispose();
});

testOnWasm("a recording whose call refuses its values changes nothing", () => {
  const table = variableOf(wave([3, 2])), before = Array.from(table.dataSync());
  const step = capture((indices: tf.Tensor) => {
    table.assign(tf.mul(table, 2));
    return tf.gather(table, indices as tf.Tensor1D);
  });
  const outside = tf.tensor1d([3], "int32"), inside = tf.tensor1d([2], "int32");
  step(inside).dispose();
  assert.throws(() => step(outside), /the index value 3 is not in \[0, 2\]/);
  const doubled = before.map((value) => Math.fround(2 * value));
  assert.deepEqual(Array.from(table.dataSync()), doubled);
  assert.deepEqual(take(step(inside)), doubled.slice(4).map((value) => 2 * value)); // still usable
  tf.dispose([outside, inside, table]);
  step.dispose();
});

testOnWasm("a step that keeps what it reshaped of a variable leaves the variable whole", () => {
  const weight = variableOf(tf.tensor1d([1, 2]));
  let kept: tf.Tensor | undefined;
  const step = capture(() => {
    kept = tf.keep(tf.reshape(weight, [2, 1]));
    return tf.add(kept, 1);
  });
  assert.deepEqual(take(step()), [2, 3]);
  assert.throws(() => kept!.dataSync(), /Return it from the step/);
  kept!.dispose();
  assert.deepEqual(Array.from(weight.dataSync()), [1, 2]);
  weight.dispose();
  step.dispose();
});

testOnWasm("capture() frees memory over 1,000 steps and 200 recordings", () => {
  const weight = variableOf(wave([64, 64])), x = wave([64, 64], 2);
  const body = (x: tf.Tensor) => {
    weight.assign(tf.mul(tf.add(weight, x), 0.5));
    return tf.matMul(weight as unknown as tf.Tensor2D, x as tf.Tensor2D);
  };
  const step = capture(body), backend = tf.backend();
  step(x).dispose();
  const before = { tensors: tf.memory().numTensors, dataIds: backend.numDataIds() };
  for (let i = 0; i < 1000; i++) step(x).dispose();
  for (let i = 0; i < 200; i++) {
    const other = capture(body);
    other(x).dispose();
    other.dispose();
  }
  assert.deepEqual({ tensors: tf.memory().numTensors, dataIds: backend.numDataIds() }, before);
  tf.dispose([weight, x]);
  step.dispose();
});
