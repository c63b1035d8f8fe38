import assert from "node:assert/strict";
import {
  OutOfMemoryError,
  type TensorFlowBackend,
  TensorFlowError,
} from "../../../src/backends/tensorflow/mod.ts";
import { randomUniform, withStepSeed } from "../../../src/random.ts";
import * as tf from "../../../src/tf.ts";
import { capture } from "../../../src/training/capture.ts";
import { testOnTensorFlow, variableOf, wave } from "./harness.ts";

type TrainStep = (x: tf.Tensor, y: tf.Tensor) => tf.Scalar;

/** A convolutional network with batch normalization, built the same at every call. */
function buildModel(): tf.Sequential {
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ inputShape: [6, 6, 2], filters: 4, kernelSize: 3, activation: "relu" }),
      tf.layers.batchNormalization(),
      tf.layers.flatten(),
      tf.layers.dense({ units: 3 }),
    ],
  });
  const weights = model.weights.map(({ shape, name }) => {
    const centre = /gamma|variance/.test(name) ? 1 : 0;
    return tf.tidy(() => tf.add(tf.mul(wave(shape as number[], shape.length), 0.3), centre));
  });
  model.setWeights(weights);
  tf.dispose(weights);
  return model;
}

function trainStep(model: tf.LayersModel, optimizer: tf.Optimizer): TrainStep {
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  return (x, y) => {
    const loss = () =>
      tf.losses.softmaxCrossEntropy(
        y,
        model.apply(x, { training: true }) as tf.Tensor,
      ) as tf.Scalar;
    return optimizer.minimize(loss, true, variables) as tf.Scalar;
  };
}

/** Losses of some steps, and the weights afterwards. */
function train(
  makeOptimizer: () => tf.Optimizer,
  wrap: (step: TrainStep) => TrainStep & { dispose?(): void },
  beforeStep: (optimizer: tf.Optimizer, i: number) => void = () => {},
): number[] {
  const model = buildModel(), optimizer = makeOptimizer();
  const step = wrap(trainStep(model, optimizer));
  const y = tf.tensor2d([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 1, 0]]);
  const values: number[] = [];
  for (let i = 0; i < 20; i++) {
    beforeStep(optimizer, i);
    const x = wave([4, 6, 6, 2], i);
    const loss = step(x, y);
    values.push(...loss.dataSync());
    tf.dispose([x, loss]);
  }
  model.weights.forEach((weight) => values.push(...weight.read().dataSync()));
  step.dispose?.();
  disposeOptimizer(optimizer);
  tf.dispose(y);
  model.dispose();
  return values;
}

/** MomentumOptimizer.dispose() forgets one of its tensors. */
function disposeOptimizer(optimizer: tf.Optimizer): void {
  optimizer.dispose();
  const { c, m } = optimizer as unknown as Record<"c" | "m", tf.Tensor | undefined>;
  for (const tensor of [c, m]) if (tensor !== undefined && !tensor.isDisposed) tensor.dispose();
}

function assertNear(actual: number[], expected: number[], tolerance: number): void {
  assert.equal(actual.length, expected.length);
  actual.forEach((value, i) => {
    const wanted = expected[i] ?? NaN;
    assert.ok(Math.abs(value - wanted) <= tolerance, `${i}: ${value}, not ${wanted}`);
  });
}

const OPTIMIZERS: Record<string, () => tf.Optimizer> = {
  sgd: () => tf.train.sgd(0.05),
  momentum: () => tf.train.momentum(0.05, 0.9),
  "Nesterov momentum": () => tf.train.momentum(0.05, 0.9, true),
  adam: () => tf.train.adam(0.01),
  adamax: () => tf.train.adamax(0.01),
  rmsprop: () => tf.train.rmsprop(0.01, 0.9, 0.5),
  adagrad: () => tf.train.adagrad(0.05),
  adadelta: () => tf.train.adadelta(0.5),
};

for (const [name, makeOptimizer] of Object.entries(OPTIMIZERS)) {
  testOnTensorFlow(`capture() trains as the step itself does over 20 steps: ${name}`, () => {
    const eager = train(makeOptimizer, (step) => step);
    const captured = train(makeOptimizer, (step) => capture(step));
    assert.ok(Math.abs((eager[0] ?? 0) - (eager[19] ?? 0)) > 0.01, "the loss does not change");
    assertNear(captured, eager, 1e-4);
  });
}

for (const name of ["momentum", "adam"]) {
  testOnTensorFlow(`capture() follows a learning rate schedule: ${name}`, () => {
    const makeOptimizer = OPTIMIZERS[name] as () => tf.Optimizer;
    const schedule = (optimizer: tf.Optimizer, i: number) => {
      if (i % 5 !== 0) return;
      const rate = 0.02 / (1 + i);
      if ("setLearningRate" in optimizer) (optimizer as tf.SGDOptimizer).setLearningRate(rate);
      else (optimizer as unknown as { learningRate: number }).learningRate = rate;
    };
    const constant = train(makeOptimizer, (step) => capture(step));
    const eager = train(makeOptimizer, (step) => step, schedule);
    const captured = train(makeOptimizer, (step) => capture(step), schedule);
    assertNear(captured, eager, 1e-4);
    assert.notDeepEqual(captured, constant);
  });
}

testOnTensorFlow("capture() reads a learning rate that is an input", () => {
  const weight = variableOf(tf.scalar(1));
  const step = capture((rate: tf.Tensor) => {
    const gradient = tf.grad((w) => tf.square(w))(weight);
    weight.assign(tf.sub(weight, tf.mul(rate, gradient)));
  });
  const seen = [0.25, 0.5, 0].map((value) => {
    const rate = tf.scalar(value);
    step(rate);
    rate.dispose();
    return weight.dataSync()[0];
  });
  assert.deepEqual(seen, [0.5, 0, 0]);
  step.dispose();
  weight.dispose();
});

testOnTensorFlow("capture() draws new random numbers when the seed changes", () => {
  const ones = tf.ones([100]) as tf.Tensor1D;
  const step = capture((seed: tf.Tensor) =>
    withStepSeed(seed as tf.Tensor1D, () => {
      const keep = () => tf.cast(tf.greater(randomUniform([100]), 0.5), "float32");
      return { first: tf.mul(ones, keep()), second: tf.mul(ones, keep()) };
    })
  );
  const masks = (value: number) => {
    const seed = tf.tensor1d([value], "int32");
    const { first, second } = step(seed);
    const result = [first, second].map((mask) => Array.from(mask.dataSync()));
    tf.dispose([seed, first, second]);
    return result;
  };
  const [one, other, again] = [masks(1), masks(2), masks(1)];
  assert.notDeepEqual(one, other);
  assert.notDeepEqual(one?.[0], one?.[1]);
  assert.deepEqual(again, one);
  step.dispose();
  ones.dispose();
});

testOnTensorFlow(
  "capture() trains two models apart when they share memory after setWeights",
  () => {
    const [first, second] = [buildModel(), buildModel()];
    second.setWeights(first.getWeights());
    const optimizers = [tf.train.sgd(0.1), tf.train.sgd(0.1)] as const;
    const [stepFirst, stepSecond] = [
      capture(trainStep(first, optimizers[0])),
      capture(trainStep(second, optimizers[1])),
    ];
    const y = tf.tensor2d([[1, 0, 0], [0, 1, 0]]);
    const x = wave([2, 6, 6, 2]), other = wave([2, 6, 6, 2], 5);
    tf.dispose(stepFirst(x, y));
    const untouched = second.predict(x) as tf.Tensor;
    const fresh = buildModel();
    const expected = fresh.predict(x) as tf.Tensor;
    assertNear(Array.from(untouched.dataSync()), Array.from(expected.dataSync()), 1e-6);
    tf.dispose([stepSecond(other, y), untouched, expected]);
    const outputs = [first, second].map((model) => model.predict(x) as tf.Tensor);
    assert.notDeepEqual(outputs[0]?.dataSync(), outputs[1]?.dataSync());
    tf.dispose([x, y, other, outputs]);
    [first, second, fresh].forEach((model) => model.dispose());
    optimizers.forEach((optimizer) => optimizer.dispose());
    [stepFirst, stepSecond].forEach((step) => step.dispose());
  },
);

testOnTensorFlow("capture() records anew when shape or data type of an input changes", () => {
  let recordings = 0;
  const step = capture((x: tf.Tensor) => {
    recordings++;
    return tf.mean(x);
  });
  const run = (x: tf.Tensor) => {
    const mean = step(x);
    const value = mean.dataSync()[0];
    tf.dispose([x, mean]);
    return value;
  };
  assert.equal(run(tf.tensor1d([1, 2])), 1.5);
  assert.equal(run(tf.tensor1d([1, 2, 6])), 3);
  assert.equal(run(tf.tensor1d([3, 4])), 3.5);
  assert.equal(run(tf.tensor2d([[2, 4]])), 3);
  assert.equal(run(tf.tensor1d([4, 6], "int32")), 5);
  assert.equal(recordings, 4);
  step.dispose();
});

testOnTensorFlow("capture() records anew when a variable is frozen, or replaced by another", () => {
  let weight = variableOf(tf.scalar(2)), recordings = 0;
  const step = capture(() => {
    recordings++;
    return weight.trainable ? tf.mul(weight, 10) : tf.mul(weight, 100);
  });
  const run = () => tf.tidy(() => step().dataSync()[0]);
  assert.deepEqual([run(), run(), recordings], [20, 20, 1]);
  weight.trainable = false;
  assert.deepEqual([run(), recordings], [200, 2]);
  weight.dispose();
  weight = variableOf(tf.scalar(3));
  assert.deepEqual([run(), recordings], [30, 3]);
  step.dispose();
  weight.dispose();
});

testOnTensorFlow("capture() returns and assigns what the step makes of no input", () => {
  const variable = variableOf(tf.zeros([100]));
  const step = capture(() => {
    variable.assign(tf.ones([100]));
    return { small: tf.scalar(3), large: tf.fill([100], 4) };
  });
  for (let call = 0; call < 2; call++) {
    const { small, large } = step();
    assert.deepEqual([small.dataSync()[0], large.dataSync()[99]], [3, 4]);
    assert.equal(variable.dataSync()[99], 1);
    tf.dispose([small, large]);
    tf.tidy(() => variable.assign(tf.zeros([100])));
  }
  step.dispose();
  variable.dispose();
});

testOnTensorFlow("capture() can be called and disposed when recording anew failed", () => {
  const variable = variableOf(tf.ones([2])), x = tf.ones([2]);
  let fails = false;
  const step = capture((input: tf.Tensor) => {
    if (fails) throw new Error("no recording");
    return tf.add(input, variable);
  });
  tf.dispose(step(x));
  variable.trainable = false; // the recording is out of date
  fails = true;
  assert.throws(() => step(x), /no recording/);
  assert.throws(() => step(x), /no recording/);
  fails = false;
  const y = step(x);
  assert.deepEqual([...y.dataSync()], [2, 2]);
  step.dispose();
  tf.dispose([variable, x, y]);
});

testOnTensorFlow("capture() records ops that take lists, also empty ones", (backend) => {
  const body = (a: tf.Tensor, b: tf.Tensor) =>
    tf.tidy(() => ({
      concat: tf.concat([a, b, a], 1),
      stack: tf.stack([a, b]),
      addN: tf.addN([a, b, b]),
      split: tf.split(a, [1, 2], 1),
      einsum: tf.einsum("ij,kj->ik", a, b),
      empty: backend.run("StringFormat", { T: { type: [] }, template: "none" }, [], 1),
      pair: backend.run("IdentityN", { T: { type: ["float32", "float32"] } }, [a, b], 2),
      gather: tf.gather(a, tf.tensor1d([1, 0], "int32")),
    }));
  const step = capture(body);
  const a = wave([2, 3]), b = wave([2, 3], 1);
  const actual = [step(a, b), step(b, a)], expected = [body(a, b), body(b, a)];
  const plain = (results: typeof actual) =>
    results.map((result) => Object.values(result).flat().map((tensor) => tensor.arraySync()));
  assert.deepEqual(plain(actual), plain(expected));
  tf.dispose([a, b]);
  tf.dispose([actual, expected] as tf.TensorContainer);
  step.dispose();
});

testOnTensorFlow("capture() trains an embedding", () => {
  const table = variableOf(wave([5, 2]));
  const words = tf.tensor1d([1, 4, 1], "int32");
  const body = (indices: tf.Tensor) => {
    const gradient = tf.grad((t) => tf.sum(tf.square(tf.gather(t, indices as tf.Tensor1D))))(table);
    table.assign(tf.sub(table, tf.mul(gradient, 0.1)));
  };
  const step = capture(body);
  const before = table.arraySync();
  tf.tidy(() => body(words));
  const expected = table.arraySync();
  const initial = tf.tensor(before as number[][]);
  table.assign(initial);
  step(words);
  assert.deepEqual(table.arraySync(), expected);
  assert.notDeepEqual(before, expected);
  step.dispose();
  tf.dispose([table, words, initial]);
});

testOnTensorFlow("capture() keeps tensors from outside when their owner disposes them", () => {
  const small = tf.tensor1d([1, 2]), large = wave([100]);
  const expected = Array.from(large.dataSync(), (value) => value + 3);
  const step = capture((x: tf.Tensor) => tf.add(tf.add(large, tf.sum(small)), x));
  const zero = tf.scalar(0);
  step(zero).dispose();
  tf.dispose([small, large]);
  const sum = step(zero);
  assertNear(Array.from(sum.dataSync()), expected, 1e-6);
  tf.dispose([zero, sum]);
  step.dispose();
});

testOnTensorFlow(
  "capture() becomes a part of the step that is being recorded when it is called in one",
  () => {
    const inner = capture((x: tf.Tensor) => tf.mul(x, 2));
    const outer = capture((x: tf.Tensor) => tf.add(inner(x), 1));
    const x = tf.scalar(3);
    const results = [outer(x), outer(x)];
    assert.deepEqual(results.map((result) => result.dataSync()[0]), [7, 7]);
    tf.dispose([x, ...results]);
    [inner, outer].forEach((step) => step.dispose());
  },
);

/** Steps that cannot be captured, and what the error must say. */
const REFUSED: Record<string, [(x: tf.Tensor, backend: TensorFlowBackend) => unknown, RegExp]> = {
  "reads values": [
    (x) => tf.mul(x, x.dataSync()[0] ?? 0),
    /Cannot read values .* inside a captured step/,
  ],
  "draws from Math.random": [
    (x) => tf.mul(x, Math.random()),
    /Cannot capture Math\.random: .* frozen/,
  ],
  "uses stock dropout": [(x) => tf.dropout(x, 0.5), /frozen/],
  "uses seeded stock dropout": [
    (x) => tf.dropout(x, 0.5, undefined, 7),
    /Cannot capture tf\.randomUniform: .* frozen/,
  ],
  "uses a seeded Dropout layer": [
    (x) =>
      tf.layers.dropout({ rate: 0.5, seed: 7 }).apply(tf.reshape(x, [1, 4]), { training: true }),
    /Cannot capture tf\.randomUniform: .* dropout/,
  ],
  "uses seeded normal numbers": [
    (x) => tf.add(x, tf.randomNormal([4], 0, 1, "float32", 3)),
    /Cannot capture tf\.randomNormal/,
  ],
  "uses seeded truncated normal numbers": [
    (x) => tf.add(x, tf.truncatedNormal([4], 0, 1, "float32", 3)),
    /Cannot capture tf\.truncatedNormal/,
  ],
  "draws from a seeded multinomial": [
    (x) => tf.multinomial(tf.reshape(x, [1, 4]) as tf.Tensor2D, 3, 5),
    /Cannot capture tf\.multinomial/,
  ],
  "runs a random operation of TensorFlow's own": [
    (_, backend) => {
      const types = { dtype: { type: "float32" }, T: { type: "int32" } } as const;
      return backend.run("RandomUniform", types, [tf.tensor1d([4], "int32")], 1);
    },
    /Cannot capture TensorFlow's RandomUniform/,
  ],
  "has a result whose shape depends on values": [
    (x, backend) => backend.run("Where", { T: { type: "float32" } }, [x], 1),
    /Cannot capture Where as the shape of its result depends on values/,
  ],
  "returns a number": [() => 3, /must return tensors.*a number/],
  "returns a promise": [() => Promise.resolve(), /must return tensors.*a promise/],
};

for (const [name, [body, message]] of Object.entries(REFUSED)) {
  testOnTensorFlow(`capture() throws and changes nothing when the step ${name}`, (backend) => {
    const x = wave([4]), weight = variableOf(tf.scalar(1)), random = Math.random;
    const step = capture((input: tf.Tensor) => {
      weight.assign(tf.mul(weight, 2));
      return body(input, backend) as tf.Tensor;
    });
    assert.throws(() => step(x), message);
    assert.equal(weight.dataSync()[0], 1);
    assert.equal(Math.random, random);
    const sum = tf.add(x, x); // the backend still computes
    tf.dispose([x, sum, weight]);
    step.dispose();
  });
}

testOnTensorFlow("capture() throws when the step disposes a variable", () => {
  const weight = variableOf(tf.scalar(1));
  const step = capture(() => weight.dispose());
  assert.throws(() => step(), /disposes a variable/);
  step.dispose();
});

testOnTensorFlow("capture() leaves an optimizer usable when the first recording fails", () => {
  const weight = variableOf(tf.scalar(1)), optimizer = tf.train.momentum(0.1, 0.5);
  const minimize = () => optimizer.minimize(() => tf.square(weight) as tf.Scalar, false, [weight]);
  const step = capture(() => {
    minimize();
    weight.dataSync();
  });
  assert.throws(() => step(), /Cannot read values/);
  minimize();
  minimize(); // 1 − 0.1·2 = 0.8; 0.8 − 0.1·(0.5·2 + 1.6) = 0.54
  assert.ok(Math.abs((weight.dataSync()[0] ?? NaN) - 0.54) < 1e-6);
  step.dispose();
  disposeOptimizer(optimizer);
  weight.dispose();
});

testOnTensorFlow("capture() explains a tensor that the step kept", () => {
  let kept: tf.Tensor | undefined;
  const step = capture((x: tf.Tensor) => {
    kept = tf.keep(tf.square(x));
    return tf.add(kept, 1);
  });
  const x = tf.scalar(3);
  const sum = step(x);
  assert.equal(sum.dataSync()[0], 10);
  assert.throws(() => kept?.dataSync(), /Return it from the step instead of keeping it/);
  tf.dispose([x, sum, kept as tf.Tensor]);
  step.dispose();
});

testOnTensorFlow("capture() names the batch size to try when memory is short", () => {
  const step = capture((x: tf.Tensor) => tf.sum(tf.tile(x, [1, 1_000_000, 1_000_000])));
  const x = tf.ones([6, 2, 2]);
  assert.throws(
    () => step(x),
    (error) =>
      error instanceof OutOfMemoryError && /Batch size 6 does not fit: try 3/.test(error.message),
  );
  x.dispose();
  step.dispose();
});

testOnTensorFlow(
  "capture() names the operation and changes nothing when the function fails",
  () => {
    const table = variableOf(wave([3, 2])), before = Array.from(table.dataSync());
    const step = capture((indices: tf.Tensor) => {
      const rows = tf.gather(table, indices as tf.Tensor1D);
      table.assign(tf.mul(table, 2));
      return rows;
    });
    const outside = tf.tensor1d([3], "int32"), inside = tf.tensor1d([2], "int32");
    assert.throws(() => step(outside), (error) => {
      return error instanceof TensorFlowError &&
        /indices\[0\] = 3 is not in \[0, 3\)/.test(error.message) &&
        /node GatherV2_\d/.test(error.message);
    });
    assert.deepEqual(Array.from(table.dataSync()), before);
    step(inside).dispose(); // still usable
    assert.deepEqual(Array.from(table.dataSync()), before.map((value) => Math.fround(2 * value)));
    tf.dispose([outside, inside, table]);
    step.dispose();
  },
);

testOnTensorFlow("capture() throws when it is called after dispose()", () => {
  const step = capture((x: tf.Tensor) => tf.square(x));
  const x = tf.scalar(2);
  step(x).dispose();
  step.dispose();
  assert.throws(() => step(x), /has been disposed/);
  x.dispose();
});

testOnTensorFlow("capture() names the variable that has been disposed since", () => {
  const weight = variableOf(tf.scalar(2));
  const step = capture((x: tf.Tensor) => tf.mul(weight, x));
  const x = tf.scalar(3);
  step(x).dispose();
  weight.dispose();
  assert.throws(() => step(x), (error: Error) => {
    return error.message.includes(`variable ${weight.name} has been disposed`) &&
      error.cause instanceof Error;
  });
  x.dispose();
  step.dispose();
});

testOnTensorFlow("capture() names the optimizer that has been disposed since", () => {
  const weight = variableOf(tf.scalar(2)), optimizer = tf.train.sgd(0.1);
  const step = capture(() => {
    optimizer.minimize(() => tf.square(weight) as tf.Scalar, false, [weight]);
  });
  step();
  optimizer.dispose();
  assert.throws(() => step(), /its SGD optimizer has been disposed/);
  weight.dispose();
  step.dispose();
});

testOnTensorFlow("capture() throws when an input is not a tensor", () => {
  const step = capture((x: tf.Tensor) => tf.square(x));
  assert.throws(() => step(3 as unknown as tf.Tensor), TypeError);
  step.dispose();
});

testOnTensorFlow("capture() frees memory over 1,000 steps", () => {
  const weight = variableOf(wave([256, 256]));
  const step = capture((x: tf.Tensor) => {
    weight.assign(tf.mul(tf.add(weight, x), 0.5));
    return tf.matMul(weight as unknown as tf.Tensor2D, x as tf.Tensor2D);
  });
  const x = wave([256, 256], 2);
  const run = () => step(x).dispose();
  for (let i = 0; i < 100; i++) run();
  const before = { tensors: tf.memory().numTensors, rss: Deno.memoryUsage().rss };
  for (let i = 0; i < 1000; i++) run();
  assert.equal(tf.memory().numTensors, before.tensors);
  // One leaked matrix a step would be 262 MB.
  assert.ok(Deno.memoryUsage().rss - before.rss < 64e6);
  tf.dispose([weight, x]);
  step.dispose();
});

testOnTensorFlow("capture() frees its recordings when it records 200 times", () => {
  const x = wave([100]);
  const once = () => {
    const step = capture((input: tf.Tensor) => tf.add(tf.square(input), x));
    step(x).dispose();
    step.dispose();
  };
  for (let i = 0; i < 50; i++) once();
  const before = Deno.memoryUsage().rss;
  for (let i = 0; i < 200; i++) once();
  assert.ok(Deno.memoryUsage().rss - before < 32e6);
  x.dispose();
});
