/** AdamW, PyTorch's and Composer's, eager and in a captured step. */
import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import { capture } from "../../src/training/capture.ts";
import { type AdamOptimizer, adamw, decoupledAdamw } from "../../src/training/optimizers.ts";
import { oneMinusPower } from "../../src/training/optimizers/bias_correction.ts";
import { cosine } from "../../src/training/schedules.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { sines } from "../sines.ts";
import training from "./fixtures/training.json" with { type: "json" };

const { cosineSteps, ...trajectories } = training.adamw;
const shapes = [[2, 3], [4]];

const makers = {
  adamw: () => adamw({ learningRate: 0.01 }),
  adamwDecayed: () =>
    adamw({ learningRate: 0.05, beta1: 0.8, beta2: 0.99, epsilon: 1e-6, weightDecay: 0.5 }),
  decoupledAdamw: () => decoupledAdamw({ learningRate: 0.05, weightDecay: 0.02 }),
};

const makeWeights = (): tf.Variable[] =>
  tf.tidy(() => shapes.map((shape, i) => tf.variable(sines(shape, i, { scale: 0.5 }))));

/** Fails where the weights leave the trajectory. */
function assertTrajectory(
  optimizer: AdamOptimizer,
  weights: tf.Variable[],
  trajectory: number[][][],
  take: (gradients: (tf.Tensor | undefined)[], rate: tf.Scalar) => void,
): void {
  optimizer.build(weights);
  trajectory.forEach((expected, step) => {
    const gradients = weights.map(({ shape }, i) =>
      i === 1 && step < 2 ? undefined : sines(shape, 10 * step + i, { scale: i === 1 ? 1e-8 : 1 })
    );
    const rate = tf.scalar(optimizer.initialLearningRate * cosine()(step, cosineSteps));
    take(gradients, rate);
    tf.dispose([rate, ...gradients.filter((gradient) => gradient !== undefined)]);
    weights.forEach((weight, i) => assertClose(weight, expected[i]!, 1e-6, `${i} at step ${step}`));
  });
}

for (const [name, make] of Object.entries(makers)) {
  const trajectory = trajectories[name as keyof typeof makers];
  forEachBackend(`${name} follows its trajectory under a cosine schedule`, () => {
    const optimizer = make(), weights = makeWeights();
    assertTrajectory(optimizer, weights, trajectory, (gradients, rate) => {
      optimizer.setLearningRate(rate);
      const named = weights.map(({ name }, i) => ({ name, tensor: gradients[i] as tf.Tensor }));
      optimizer.applyGradients(named);
    });
    optimizer.dispose();
    tf.dispose(weights);
  });

  forEachBackend(`${name} follows its trajectory captured, a weight frozen at first`, () => {
    const optimizer = make(), weights = makeWeights();
    const step = capture((rate: tf.Tensor, ...gradients: tf.Tensor[]) => {
      optimizer.setLearningRate(rate as tf.Scalar);
      const named = gradients.map((tensor, i) => ({ name: weights[i]!.name, tensor }));
      optimizer.applyGradients(named);
    });
    assertTrajectory(optimizer, weights, trajectory, (gradients, rate) => {
      step(rate, ...gradients.filter((gradient) => gradient !== undefined));
    });
    step.dispose();
    optimizer.dispose();
    tf.dispose(weights);
  });
}

forEachBackend("oneMinusPower() keeps its digits, however near 1 the power is", () => {
  for (const { beta, t, value } of training.biasCorrection) {
    tf.tidy(() => {
      const is = oneMinusPower(beta, tf.scalar(t)).dataSync()[0]!;
      assert.ok(Math.abs(is / value - 1) < 4e-7, `1 − ${beta}^${t}: ${is}, not ${value}`);
    });
  }
});

forEachBackend(
  "setWeights() goes on where Adam's getWeights() left off, built or not",
  async () => {
    const gradients = (step: number) => shapes.map((shape, i) => sines(shape, 10 * step + i));
    const take = (optimizer: AdamOptimizer, weights: tf.Variable[], step: number) =>
      tf.tidy(() =>
        optimizer.applyGradients(
          gradients(step).map((tensor, i) => ({ name: weights[i]!.name, tensor })),
        )
      );
    const whole = makers.adamwDecayed(), weights = makeWeights();
    for (let step = 0; step < 3; step++) take(whole, weights, step);
    const live = await whole.getWeights();
    const kept = live.map(({ name, tensor }) => ({ name, tensor: tensor.clone() }));
    const at = weights.map((weight) => weight.clone());
    take(whole, weights, 3);
    for (const build of [true, false]) {
      const other = makers.adamwDecayed(), others = at.map((value) => tf.variable(value));
      if (build) other.build(others);
      await other.setWeights(kept);
      assert.equal(other.iterations, 3);
      take(other, others, 3);
      others.forEach((weight, i) => assertClose(weight, weights[i]!.dataSync(), 0));
      other.dispose();
      tf.dispose(others);
    }
    const wrong = makers.adamw();
    await wrong.setWeights(kept.slice(0, -1)).then(
      () => assert.fail("one tensor is missing"),
      (error) => assert.equal(error.name, "TypeError"),
    );
    tf.dispose([live[0]!.tensor, ...kept.map(({ tensor }) => tensor), ...at, ...weights]);
    whole.dispose();
    wrong.dispose();
  },
);

forEachBackend("Adam's optimizers come back from their config", () => {
  for (const optimizer of Object.values(makers).map((make) => make())) {
    const className = optimizer.getClassName();
    const [cls, fromConfig] = tf.serialization.SerializationMap.getMap().classNameMap[className]!;
    assert.deepEqual(fromConfig(cls, optimizer.getConfig()).getConfig(), optimizer.getConfig());
  }
});

Deno.test("adamw() has PyTorch's defaults, decoupledAdamw() Composer's", () => {
  assert.deepEqual(adamw({ learningRate: 0.1 }).getConfig(), {
    learningRate: 0.1,
    weightDecay: 0.01,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
  });
  assert.deepEqual(decoupledAdamw({ learningRate: 0.1 }).getConfig(), {
    learningRate: 0.1,
    weightDecay: 1e-5,
    beta1: 0.9,
    beta2: 0.95,
    epsilon: 1e-8,
  });
  assert.throws(() => adamw({ learningRate: 0.1, beta2: 1 }), {
    name: "RangeError",
    message: "Cannot make the optimizer step as beta2 must be in [0, 1): current value is 1",
  });
  assert.throws(() => adamw({ learningRate: 0.1, epsilon: -1 }), RangeError);
  assert.throws(() => decoupledAdamw({ learningRate: 0.1, beta1: NaN }), RangeError);
});
