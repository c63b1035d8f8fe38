/** What a recording computes of variables that it does not write: once, until they change. */
import assert from "node:assert/strict";
import { conv2dAndBias, conv2dOver } from "../../../src/gradients/conv2d.ts";
import { resnet } from "../../../src/models/mod.ts";
import { applyWeightStandardization } from "../../../src/standardization/mod.ts";
import * as tf from "../../../src/tf.ts";
import { capture } from "../../../src/training/capture.ts";
import { LAID_OUT, LAYOUT } from "../../../src/wasm/kernels/laid_out_convolutions.ts";
import { assertClose } from "../../backends.ts";
import { variableOf, wave } from "../../training/recording.ts";
import { axisOf } from "../convolutions.ts";
import { take, testOnWasm } from "./harness.ts";

/** How often each kernel has run since it was last asked. */
function countCalls(...kernelNames: string[]) {
  const configs = kernelNames.map((name) => tf.getKernel(name, "wasm")!);
  const own = configs.map(({ kernelFunc }) => kernelFunc), counts = own.map(() => 0);
  configs.forEach((config, i) =>
    config.kernelFunc = (call) => {
      counts[i]!++;
      return own[i]!(call);
    }
  );
  return {
    take: () => counts.splice(0, counts.length, ...own.map(() => 0)),
    restore: () => configs.forEach((config, i) => config.kernelFunc = own[i]!),
  };
}

type Kernel = tf.Tensor4D & tf.Variable;

const kernelOf = (shape: number[], phase = 0) => variableOf(wave(shape, phase)) as Kernel;

/** A convolution with a bias, and what TensorFlow.js makes of it uncaptured. */
function convolution(kernel: tf.Tensor4D, bias: tf.Tensor) {
  const run = (x: tf.Tensor) => conv2dAndBias(x as tf.Tensor4D, kernel, bias, 1, "same");
  const check = (captured: typeof run, x: tf.Tensor) => {
    const expected = take(run(x));
    const y = captured(x);
    assertClose(y, expected, 1e-5);
    y.dispose();
  };
  return { run, check };
}

testOnWasm("a kernel is laid out once, and again when something has written it", () => {
  const kernel = kernelOf([3, 3, 5, 9]), bias = variableOf(wave([9])), x = wave([2, 6, 7, 5]);
  const calls = countCalls(LAYOUT, LAID_OUT);
  const { run, check } = convolution(kernel, bias), predict = capture(run);
  const write = capture(() => kernel.assign(tf.mul(kernel, -0.5)));
  const expectCalls = (expected: number[]) => {
    check(predict, x);
    assert.deepEqual(calls.take(), expected);
  };
  expectCalls([1, 1]);
  expectCalls([0, 1]);
  tf.tidy(() => kernel.assign(tf.add(kernel, 1)));
  expectCalls([1, 1]);
  expectCalls([0, 1]);
  write(); // another recording, in place
  expectCalls([1, 1]);
  write();
  write();
  expectCalls([1, 1]);
  tf.tidy(() => bias.assign(tf.add(bias, 1))); // not what was laid out
  expectCalls([0, 1]);
  calls.restore();
  [predict, write].forEach((each) => each.dispose());
  tf.dispose([kernel, bias, x]);
});

testOnWasm("a kernel that the recording itself writes is not kept", () => {
  const kernel = kernelOf([3, 3, 2, 4]), bias = variableOf(wave([4])), x = wave([1, 5, 5, 2]);
  const calls = countCalls(LAYOUT);
  const { run } = convolution(kernel, bias);
  const step = capture((x: tf.Tensor) => {
    const y = run(x);
    kernel.assign(tf.mul(kernel, 2));
    return y;
  });
  for (let call = 0; call < 3; call++) {
    const expected = take(run(x)), before = kernel.dataSync();
    assertClose(take(step(x)), expected, 1e-5);
    assert.deepEqual(kernel.dataSync(), before.map((value) => 2 * value));
  }
  assert.deepEqual(calls.take(), [0]);
  calls.restore();
  step.dispose();
  tf.dispose([kernel, bias, x]);
});

testOnWasm("kernels of a prediction are standardized once, until setWeights gives others", () => {
  const names = ["weight-standardization/standardize", LAYOUT], calls = countCalls(...names);
  const make = (seed: number) =>
    resnet({
      depth: { block: "basic", counts: [1, 1, 1, 1] },
      width: 8,
      classes: 3,
      inputShape: [16, 16, 3],
      seed,
    });
  const [model, other] = [make(1), make(2)];
  applyWeightStandardization(model);
  const x = wave([2, 16, 16, 3]), forward = (x: tf.Tensor) => model.predict(x) as tf.Tensor;
  const predict = capture(forward);
  predict(x).dispose(); // records
  calls.take();
  const expectCalls = (isAnew: boolean) => {
    const y = take(predict(x)), [standardized, laidOut] = calls.take();
    assert.equal(standardized! > 0 && laidOut! > 0, isAnew);
    if (!isAnew) assert.deepEqual([standardized, laidOut], [0, 0]);
    assertClose(y, take(forward(x)), 1e-4);
    calls.take();
    return y;
  };
  const before = expectCalls(false);
  model.setWeights(other.getWeights()); // shares their memory
  assert.notDeepEqual(expectCalls(true), before);
  expectCalls(false);
  calls.restore();
  predict.dispose();
  [x, model, other].forEach((each) => each.dispose());
});

testOnWasm("a training step keeps what it computes of frozen weights, to the last digit", () => {
  const train = (isCaptured: boolean) => {
    const shape = [3, 3, 4, 8], frozen = kernelOf(shape), trained = kernelOf([3, 3, 8, 4], 1);
    const geometry: [ReturnType<typeof axisOf>, ReturnType<typeof axisOf>] = [
      axisOf(6, 3),
      axisOf(6, 3),
    ];
    const optimizer = tf.train.sgd(0.1);
    const step = (x: tf.Tensor) =>
      optimizer.minimize(
        () => {
          const features = conv2dOver(x as tf.Tensor4D, tf.mul(frozen, 0.5), geometry);
          return tf.mean(tf.square(conv2dOver(features, trained, geometry)));
        },
        true,
        [trained],
      )!;
    const captured = isCaptured ? capture(step) : undefined;
    const losses = [0, 1, 2, 3].flatMap((call) => {
      if (call === 2) tf.tidy(() => frozen.assign(tf.neg(tf.add(frozen, 0.25))));
      const x = wave([4, 6, 6, 4], call), loss = take((captured ?? step)(x));
      x.dispose();
      return loss;
    });
    const values = [...losses, ...trained.dataSync()];
    captured?.dispose();
    optimizer.dispose();
    tf.dispose([frozen, trained]);
    return values;
  };
  const calls = countCalls(LAYOUT);
  const eager = train(false), recorded = train(true);
  assert.deepEqual(calls.take(), [2]); // at first, and when it was assigned
  calls.restore();
  assert.deepEqual(recorded, eager);
});

testOnWasm(
  "convolutions of TensorFlow.js's own layers are laid out, but for other activations",
  () => {
    const calls = countCalls(LAYOUT);
    const { conv2d } = tf.layers, initial = { kernelInitializer: "ones" } as const;
    const layers = [
      conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: "same", inputShape: [9, 7, 2] }),
      conv2d({ filters: 5, kernelSize: 2, dilationRate: 2, padding: "valid", ...initial }),
      conv2d({ filters: 3, kernelSize: 1, activation: "elu", useBias: false, ...initial }),
    ];
    const model = tf.sequential({ layers }), x = wave([2, 9, 7, 2]);
    const forward = (x: tf.Tensor) => model.predict(x) as tf.Tensor, predict = capture(forward);
    for (let call = 0; call < 2; call++) assertClose(take(predict(x)), take(forward(x)), 1e-4);
    assert.deepEqual(calls.take(), [2]);
    calls.restore();
    predict.dispose();
    [x, model].forEach((each) => each.dispose());
  },
);

testOnWasm(
  "a kernel of two convolutions is laid out once, and none where there are no values",
  () => {
    const kernel = kernelOf([1, 1, 4, 4]), bias = variableOf(wave([4])), calls = countCalls(LAYOUT);
    const { run } = convolution(kernel, bias);
    const twice = (x: tf.Tensor) => tf.tidy(() => run(run(x))), captured = capture(twice);
    const x = wave([1, 3, 3, 4]), none = tf.zeros([0, 3, 3, 4]);
    assertClose(take(captured(x)), take(twice(x)), 1e-5);
    assert.deepEqual(calls.take(), [1]);
    assert.deepEqual(take(captured(none)), []);
    assert.deepEqual(calls.take(), [0]);
    calls.restore();
    captured.dispose();
    tf.dispose([kernel, bias, x, none]);
  },
);

testOnWasm("a kernel whose panels would be mostly 0 stays with XNNPACK", () => {
  const kernel = kernelOf([3, 3, 512, 1]), bias = variableOf(wave([1])), x = wave([1, 3, 3, 512]);
  const calls = countCalls(LAYOUT), { run, check } = convolution(kernel, bias);
  const predict = capture(run);
  check(predict, x);
  tf.tidy(() => kernel.assign(tf.neg(kernel)));
  check(predict, x);
  assert.deepEqual(calls.take(), [0]);
  calls.restore();
  predict.dispose();
  tf.dispose([kernel, bias, x]);
});

testOnWasm("memory that lasts is an error where there is none, and changes nothing", (backend) => {
  const kernel = kernelOf([3, 3, 64, 64]), bias = variableOf(wave([64])), x = wave([1, 2, 2, 64]);
  const { run, check } = convolution(kernel, bias), { wasm } = backend, { _malloc } = wasm;
  const predict = capture(run);
  // 3 · 3 · 64 · 64 values, and what the block is aligned by.
  wasm._malloc = (bytes) => bytes >= 147_456 && bytes < 148_000 ? 0 : _malloc(bytes);
  assert.throws(() => predict(x), RangeError);
  wasm._malloc = _malloc;
  check(predict, x);
  predict.dispose();
  tf.dispose([kernel, bias, x]);
});
