import assert from "node:assert/strict";
import { randomUniform, withStepSeed } from "../../src/random.ts";
import * as tf from "../../src/tf.ts";
import { capture } from "../../src/training/capture.ts";
import { sgd } from "../../src/training/optimizers.ts";
import {
  assertNear,
  disposeOptimizer,
  forEachRecordingBackend,
  variableOf,
  wave,
} from "./recording.ts";

forEachRecordingBackend("capture() reads a learning rate that is an input", () => {
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

forEachRecordingBackend("capture() takes a stock optimizer's learning rate as an input", () => {
  const weight = variableOf(tf.scalar(0)), optimizer = tf.train.sgd(1);
  let recordings = 0;
  const step = capture(() => {
    recordings++;
    optimizer.applyGradients({ [weight.name]: tf.scalar(1) });
  });
  const seen = [1, 0.25, 0.5].map((rate) => {
    optimizer.setLearningRate(rate);
    step();
    return weight.dataSync()[0];
  });
  assert.deepEqual(seen, [-1, -1.25, -1.75]);
  assert.equal(recordings, 1);
  step.dispose();
  optimizer.dispose();
  weight.dispose();
});

forEachRecordingBackend("capture() sees setLearningRate() of this library's optimizers", () => {
  const weight = variableOf(tf.scalar(0)), optimizer = sgd({ learningRate: 1 });
  const step = capture(() => {
    recordings++;
    optimizer.applyGradients({ [weight.name]: tf.scalar(1) });
  });
  const rates = [tf.scalar(0.5), tf.scalar(0.125)];
  let recordings = 0;
  for (const rate of [1, 0.25, ...rates]) {
    const { setLearningRate } = optimizer, before = weight.dataSync()[0]!;
    optimizer.setLearningRate(rate);
    step();
    step();
    const is = typeof rate === "number" ? rate : rate.dataSync()[0]!;
    assert.equal(before - weight.dataSync()[0]!, 2 * is);
    assert.equal(optimizer.setLearningRate, setLearningRate, "no longer watched");
  }
  assert.equal(recordings, 4);
  step.dispose();
  tf.dispose([weight, ...rates]);
});

forEachRecordingBackend("capture() records once a step that sets the learning rate itself", () => {
  const weight = variableOf(tf.scalar(0)), optimizer = sgd({ learningRate: 1 });
  let recordings = 0;
  const step = capture((rate: tf.Tensor) => {
    recordings++;
    optimizer.setLearningRate(rate as tf.Scalar);
    optimizer.applyGradients({ [weight.name]: tf.scalar(1) });
    optimizer.setLearningRate(1);
  });
  for (const value of [0.5, 0.25]) tf.tidy(() => step(tf.scalar(value)));
  assert.deepEqual([weight.dataSync()[0], recordings], [-0.75, 1]);
  step.dispose();
  weight.dispose();
});

forEachRecordingBackend("capture() draws new random numbers when the seed changes", () => {
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

forEachRecordingBackend(
  "capture() records anew when shape or data type of an input changes",
  () => {
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
  },
);

forEachRecordingBackend(
  "capture() records anew when a variable is frozen, or replaced by another",
  () => {
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
  },
);

forEachRecordingBackend("capture() returns and assigns what the step makes of no input", () => {
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

forEachRecordingBackend("capture() can be called and disposed when recording anew failed", () => {
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

forEachRecordingBackend("capture() trains an embedding", () => {
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

forEachRecordingBackend(
  "capture() keeps tensors from outside when their owner disposes them",
  () => {
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
  },
);

forEachRecordingBackend(
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

forEachRecordingBackend("capture() throws when the step disposes a variable", () => {
  const weight = variableOf(tf.scalar(1));
  const step = capture(() => weight.dispose());
  assert.throws(() => step(), /disposes a variable/);
  step.dispose();
});

forEachRecordingBackend(
  "capture() leaves an optimizer usable when the first recording fails",
  () => {
    const weight = variableOf(tf.scalar(1)), optimizer = tf.train.momentum(0.1, 0.5);
    const minimize = () =>
      optimizer.minimize(() => tf.square(weight) as tf.Scalar, false, [weight]);
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
  },
);

forEachRecordingBackend("capture() explains a tensor that the step kept", () => {
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

forEachRecordingBackend("capture() throws when it is called after dispose()", () => {
  const step = capture((x: tf.Tensor) => tf.square(x));
  const x = tf.scalar(2);
  step(x).dispose();
  step.dispose();
  assert.throws(() => step(x), /has been disposed/);
  x.dispose();
});

forEachRecordingBackend("capture() names the variable that has been disposed since", () => {
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

forEachRecordingBackend("capture() names the optimizer that has been disposed since", () => {
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

forEachRecordingBackend("capture() throws when an input is not a tensor", () => {
  const step = capture((x: tf.Tensor) => tf.square(x));
  assert.throws(() => step(3 as unknown as tf.Tensor), TypeError);
  step.dispose();
});

/** Steps that cannot be captured, and what the error must say. */
const REFUSED: Record<string, [(x: tf.Tensor) => unknown, RegExp]> = {
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
  "returns a number": [() => 3, /must return tensors.*a number/],
  "returns a promise": [() => Promise.resolve(), /must return tensors.*a promise/],
};

for (const [name, [body, message]] of Object.entries(REFUSED)) {
  forEachRecordingBackend(`capture() throws and changes nothing when the step ${name}`, () => {
    const x = wave([4]), weight = variableOf(tf.scalar(1)), random = Math.random;
    const step = capture((input: tf.Tensor) => {
      weight.assign(tf.mul(weight, 2));
      return body(input) as tf.Tensor;
    });
    assert.throws(() => step(x), message);
    assert.equal(weight.dataSync()[0], 1);
    assert.equal(Math.random, random);
    const sum = tf.add(x, x); // the backend still computes
    tf.dispose([x, sum, weight]);
    step.dispose();
  });
}
