import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import { DecoupledSgdw, decoupledSgdw, Sgd, sgd } from "../../src/training/optimizers.ts";
import type { MomentumOptimizer } from "../../src/training/optimizers.ts";
import { cosine } from "../../src/training/schedules.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { type OptimizerCase, pytorch, toTensor } from "../fixtures/pytorch.ts";

/** Fails where the variable leaves the trajectory; `prepare` runs before each step. */
function assertTrajectory(
  optimizer: MomentumOptimizer,
  { initial, gradients, trajectory }: OptimizerCase,
  prepare: (step: number) => void = () => {},
): void {
  const variable = tf.tidy(() => tf.variable(toTensor(initial)));
  gradients.forEach((gradient, step) => {
    tf.tidy(() => {
      prepare(step);
      optimizer.applyGradients({ [variable.name]: toTensor(gradient) });
    });
    assertClose(variable, trajectory[step]!.values, 1e-6, `after step ${step}`);
  });
  tf.dispose(variable);
  optimizer.dispose();
}

function vector(...values: number[]): tf.Variable {
  return tf.tidy(() => tf.variable(tf.tensor1d(values)));
}

/** One step with a gradient of ones. */
function stepWithOnes(optimizer: tf.Optimizer, variable: tf.Variable): void {
  tf.tidy(() => optimizer.applyGradients({ [variable.name]: tf.onesLike(variable) }));
}

forEachBackend("sgd() follows PyTorch's trajectory", () => {
  assertTrajectory(sgd(pytorch.sgd), pytorch.sgd);
});

forEachBackend("sgd() follows PyTorch's trajectory with Nesterov's momentum", () => {
  assertTrajectory(sgd(pytorch.sgdNesterov), pytorch.sgdNesterov);
});

forEachBackend("sgd() without momentum is plain gradient descent", () => {
  const variable = vector(1, 2), optimizer = sgd({ learningRate: 0.5, weightDecay: 0.5 });
  const before = tf.memory().numTensors;
  stepWithOnes(optimizer, variable);
  assertClose(variable, [0.25, 1], 1e-7);
  assert.equal(tf.memory().numTensors, before, "no velocity is needed");
  variable.dispose();
});

forEachBackend("decoupledSgdw() follows PyTorch's trajectory under a cosine schedule", () => {
  const reference = pytorch.decoupledSgdw;
  const learningRate = reference.initialLearningRate;
  const factor = (step: number) => cosine()(step, reference.cosineSteps);
  const rates = {
    number: (step: number) => learningRate * factor(step),
    tensor: (step: number) => tf.scalar(learningRate * factor(step)),
  };
  for (const rate of Object.values(rates)) {
    const optimizer = decoupledSgdw({ ...reference, learningRate });
    assertTrajectory(optimizer, reference, (step) => optimizer.setLearningRate(rate(step)));
  }
});

forEachBackend("build() changes no trajectory and creates every velocity once", () => {
  const optimizer = sgd(pytorch.sgd);
  const variable = vector(0), other = vector(1, 2);
  const before = tf.memory().numTensors;
  optimizer.build([variable, other]);
  optimizer.build([variable, other]);
  assert.equal(tf.memory().numTensors, before + 2);
  stepWithOnes(optimizer, variable);
  assert.equal(tf.memory().numTensors, before + 2);
  assertClose(variable, [-0.1], 1e-7);
  tf.dispose([variable, other]);
  optimizer.dispose();
});

forEachBackend("minimize() leaves no tensors behind, step after step", () => {
  const variable = vector(3, -2);
  for (const optimizer of [sgd({ ...pytorch.sgdNesterov }), decoupledSgdw({ ...pytorch.sgd })]) {
    const step = () => optimizer.minimize(() => tf.sum(tf.square(variable)), false, [variable]);
    step();
    const before = tf.memory().numTensors;
    for (let i = 0; i < 20; i++) step();
    assert.equal(tf.memory().numTensors, before);
    optimizer.dispose();
    optimizer.dispose();
  }
  variable.dispose();
});

forEachBackend("applyGradients() takes a list and skips missing gradients", () => {
  const optimizer = sgd({ learningRate: 1, momentum: 0.5 });
  const a = vector(1), b = vector(1);
  tf.tidy(() => {
    const missing = undefined as unknown as tf.Tensor; // as variableGrads' callers may pass it
    optimizer.applyGradients([
      { name: b.name, tensor: tf.tensor1d([1]) },
      { name: a.name, tensor: missing },
    ]);
    optimizer.applyGradients([
      { name: a.name, tensor: tf.tensor1d([2]) },
      { name: b.name, tensor: tf.tensor1d([1]) },
    ]);
  });
  assertClose(a, [-1], 0);
  assertClose(b, [-1.5], 0);
  tf.dispose([a, b]);
  optimizer.dispose();
});

forEachBackend("setWeights() goes on where getWeights() left off, built or not", async () => {
  const first = sgd({ learningRate: 1, momentum: 0.5 }), a = vector(0, 0);
  stepWithOnes(first, a);
  stepWithOnes(first, a);
  const weights = await first.getWeights();
  assert.deepEqual(weights.map(({ name }) => name), ["iter", `${a.name}/momentum`]);
  for (const build of [true, false]) {
    const second = sgd({ learningRate: 1, momentum: 0.5 }), b = vector(0, 0);
    if (build) second.build([b]);
    await second.setWeights(weights);
    assert.equal(second.iterations, 2);
    stepWithOnes(second, b);
    assertClose(b, [-1.75, -1.75], 0);
    assertClose(weights[1]!.tensor, [1.5, 1.5], 0);
    tf.dispose(b);
    second.dispose();
  }
  tf.dispose([a, weights[0]!.tensor]);
  first.dispose();
});

forEachBackend(
  "getWeights() gives what setWeights() restored before the first step, too",
  async () => {
    const optimizer = sgd({ learningRate: 1, momentum: 0.5 });
    const iterations = { name: "iter", tensor: tf.scalar(3, "int32") };
    const velocity = { name: "a/momentum", tensor: tf.tensor1d([1, 2]) };
    await optimizer.setWeights([iterations, velocity]);
    const [count, again, ...rest] = await optimizer.getWeights();
    assert.equal(count!.tensor.dataSync()[0], 3);
    assert.equal(again!.name, "a/momentum");
    assertClose(again!.tensor, [1, 2], 0);
    assert.deepEqual(rest, []);
    optimizer.dispose();
    assert.ok(again!.tensor.isDisposed);
    tf.dispose([iterations.tensor, velocity.tensor, count!.tensor]);
  },
);

forEachBackend("setWeights() throws when velocities do not fit", async () => {
  const optimizer = sgd({ learningRate: 1, momentum: 0.5 }), a = vector(0, 0);
  const iterations = { name: "iter", tensor: tf.scalar(1, "int32") };
  const wrong = { name: "a/momentum", tensor: tf.zeros([3]) };
  await optimizer.setWeights([iterations, wrong]);
  assert.throws(() => optimizer.build([a]), {
    name: "TypeError",
    message: `Cannot restore the optimizer as the velocity of "${a.name}" must be float32 [2]: ` +
      "current value is float32 [3]",
  });
  for (const velocities of [[], [wrong, wrong]]) {
    const b = vector(0, 0);
    const variables = velocities.length === 0 ? [a, b] : [a];
    await optimizer.setWeights([iterations, wrong, ...velocities]);
    assert.throws(() => optimizer.build(variables), {
      name: "TypeError",
      message: `Cannot restore the optimizer as it needs ${variables.length} velocities: ` +
        `current value is ${velocities.length + 1}`,
    });
    b.dispose();
  }
  optimizer.dispose();
  optimizer.build([a]);
  await assert.rejects(optimizer.setWeights([iterations, wrong]), TypeError);
  await assert.rejects(optimizer.setWeights([iterations]), TypeError);
  tf.dispose([a, iterations.tensor, wrong.tensor]);
  optimizer.dispose();
});

forEachBackend("setWeights() that throws restores nothing", async () => {
  const a = vector(0, 0), b = vector(0), optimizer = sgd({ learningRate: 1, momentum: 0.5 });
  optimizer.build([a, b]);
  const tensors = [tf.scalar(7, "int32"), tf.ones([2]), tf.ones([3]), tf.ones([1], "int32")];
  const [iterations, first, ...wrong] = tensors.map((tensor) => ({ name: "", tensor }));
  for (const second of wrong) {
    await assert.rejects(optimizer.setWeights([iterations!, first!, second]), TypeError);
  }
  assert.equal(optimizer.iterations, 0);
  tf.tidy(() => optimizer.applyGradients({ [a.name]: tf.zeros([2]) }));
  assertClose(a, [0, 0], 0, "without the velocity of ones");
  const plain = sgd({ learningRate: 1 });
  await assert.rejects(plain.setWeights([iterations!, first!]), {
    message: "Cannot restore the optimizer as it needs 0 velocities: current value is 1",
  });
  tf.dispose([a, b, ...tensors]);
  optimizer.dispose();
});

forEachBackend("applyGradients() that throws changes nothing", () => {
  const a = vector(1, 2), optimizer = sgd({ learningRate: 1, momentum: 0.5 });
  const count = tf.tidy(() => tf.variable(tf.tensor1d([1, 2], "int32")));
  const gone = tf.ones([2]), words = tf.tensor1d(["a", "b"]), ones = tf.ones([2]);
  gone.dispose();
  const wrong: Record<string, [tf.Variable, tf.Tensor, string]> = {
    "a variable of integers": [count, ones, `the variable "${count.name}" must be float32`],
    "a gradient that was disposed": [
      a,
      gone,
      "of real numbers: current value is float32 [2], disp",
    ],
    "a gradient of strings": [a, words, "of real numbers: current value is string [2]"],
  };
  for (const [what, [{ name }, tensor, message]] of Object.entries(wrong)) {
    const gradients = [{ name: a.name, tensor: ones }, { name, tensor }];
    assert.throws(
      () => tf.tidy(() => optimizer.applyGradients(name === a.name ? [gradients[1]!] : gradients)),
      (error: Error) => {
        assert.ok(error instanceof TypeError && error.message.includes(message), error.message);
        return true;
      },
      what,
    );
  }
  const rate = tf.scalar(1);
  optimizer.setLearningRate(rate);
  rate.dispose();
  assert.throws(() => stepWithOnes(optimizer, a), {
    name: "TypeError",
    message: "Cannot apply gradients as the learning rate must outlive the steps that use it: " +
      "current value is a tensor that has been disposed",
  });
  assert.throws(() => optimizer.setLearningRate(rate), TypeError);
  assert.deepEqual([[...a.dataSync()], [...count.dataSync()]], [[1, 2], [1, 2]]);
  tf.dispose([a, count, words, ones]);
  optimizer.dispose();
});

forEachBackend("two optimizers of one variable keep separate velocities", () => {
  const variable = vector(0);
  const optimizers = [sgd({ learningRate: 1, momentum: 0.5 }), decoupledSgdw(pytorch.sgd)];
  for (const optimizer of optimizers) optimizer.build([variable]);
  stepWithOnes(optimizers[0]!, variable);
  stepWithOnes(optimizers[0]!, variable);
  assertClose(variable, [-2.5], 0);
  tf.dispose(variable);
  for (const optimizer of optimizers) optimizer.dispose();
});

forEachBackend("optimizers come back from their config", () => {
  const options = { learningRate: 0.1, momentum: 0.9, weightDecay: 0.01 };
  for (const optimizer of [sgd({ ...options, nesterov: true }), decoupledSgdw(options)]) {
    const className = optimizer.getClassName();
    const registered = tf.serialization.SerializationMap.getMap().classNameMap[className];
    assert.ok(registered !== undefined, className);
    const [cls, fromConfig] = registered;
    const copy = fromConfig(cls, optimizer.getConfig());
    assert.equal(copy.constructor, optimizer.constructor);
    assert.deepEqual(copy.getConfig(), optimizer.getConfig());
  }
  assert.equal(new Sgd({ learningRate: 1 }).getClassName(), "TorchSGD");
  assert.equal(new DecoupledSgdw({ learningRate: 1 }).getClassName(), "DecoupledSGDW");
});

forEachBackend("optimizers train a compiled model", async () => {
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
  const optimizer = sgd({ learningRate: 0.1, momentum: 0.5 });
  model.compile({ optimizer, loss: "meanSquaredError" });
  const x = tf.tensor2d([[0], [1]]), y = tf.tensor2d([[1], [3]]);
  await model.fit(x, y, { epochs: 60, verbose: 0 });
  const prediction = model.predict(x) as tf.Tensor;
  assertClose(prediction, [1, 3], 0.1);
  tf.dispose([x, y, prediction]);
  model.dispose();
  optimizer.dispose();
});

forEachBackend("applyGradients() throws when no variable has the name", () => {
  const optimizer = sgd({ learningRate: 1 });
  tf.tidy(() => {
    assert.throws(() => optimizer.applyGradients({ nowhere: tf.scalar(1) }), {
      name: "RangeError",
      message: 'Cannot apply gradients as each must name a variable: current value is "nowhere"',
    });
  });
});

forEachBackend("setLearningRate() throws when the value is not a learning rate", () => {
  const optimizer = sgd({ learningRate: 1 });
  optimizer.setLearningRate(0);
  assert.equal(optimizer.learningRate, 0);
  assert.equal(optimizer.initialLearningRate, 1);
  assert.throws(() => optimizer.setLearningRate(-1), RangeError);
  assert.throws(() => optimizer.setLearningRate(NaN), RangeError);
  tf.tidy(() => {
    const pair = tf.tensor1d([1, 2]) as tf.Tensor as tf.Scalar;
    assert.throws(() => optimizer.setLearningRate(pair), TypeError);
    assert.throws(() => optimizer.setLearningRate(tf.scalar(1, "int32")), TypeError);
  });
});

Deno.test("optimizers throw when an option is out of range", () => {
  assert.throws(() => sgd({ learningRate: 0 }), {
    name: "RangeError",
    message: "Cannot make the optimizer step as learningRate must be > 0: current value is 0",
  });
  assert.throws(() => sgd({ learningRate: Infinity }), RangeError);
  assert.throws(() => sgd({ learningRate: 1, momentum: 1 }), RangeError);
  assert.throws(() => sgd({ learningRate: 1, nesterov: true }), RangeError);
  assert.throws(() => decoupledSgdw({ learningRate: 1, weightDecay: -1 }), RangeError);
});
