import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import { capture } from "../../src/training/capture.ts";
import { assertNear, disposeOptimizer, forEachRecordingBackend, wave } from "./recording.ts";

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
  forEachRecordingBackend(`capture() trains as the step itself does over 20 steps: ${name}`, () => {
    const eager = train(makeOptimizer, (step) => step);
    const captured = train(makeOptimizer, (step) => capture(step));
    assert.ok(Math.abs((eager[0] ?? 0) - (eager[19] ?? 0)) > 0.01, "the loss does not change");
    assertNear(captured, eager, 1e-4);
  });
}

for (const name of ["momentum", "adam"]) {
  forEachRecordingBackend(`capture() follows a learning rate schedule: ${name}`, () => {
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

forEachRecordingBackend(
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
