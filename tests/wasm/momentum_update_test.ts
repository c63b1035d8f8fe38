/** The optimizers' update on wasm: one call, and one that a recording lets write over the weights. */
import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import { adamw, decoupledSgdw, sgd } from "../../src/training/optimizers.ts";
import { planOf } from "../../src/wasm/recording/plan.ts";
import type { Call, Source, Value } from "../../src/wasm/recording/values.ts";
import { adamUpdate } from "../../src/training/optimizers/adam_update.ts";
import "../backends.ts";
import { sines } from "../sines.ts";
import { assertAsComposed, testOnWasm } from "./kernels.ts";

const kernelName = "weight-standardization/momentum-update";

Deno.test("an optimizer's step on wasm is one call of a kernel for all weights", async () => {
  await tf.setBackend("wasm");
  const variables = [[3], [2, 5], []].map((shape) => tf.tidy(() => tf.variable(tf.ones(shape))));
  const gradients = Object.fromEntries(variables.map((each) => [each.name, each]));
  const rate = tf.scalar(0.5), options = { learningRate: 1, momentum: 0.9, weightDecay: 0.1 };
  const { learningRate } = options;
  for (const optimizer of [sgd(options), decoupledSgdw(options), adamw({ learningRate })]) {
    optimizer.build(variables);
    optimizer.setLearningRate(rate);
    const { kernelNames } = await tf.profile(() => {
      optimizer.applyGradients(gradients);
      return rate; // a profile wants a tensor
    });
    const isAdam = optimizer.getClassName() === "TorchAdamW";
    assert.deepEqual(kernelNames, [isAdam ? "weight-standardization/adam-update" : kernelName]);
    optimizer.dispose();
  }
  tf.dispose([rate, ...variables]);
});

testOnWasm("Adam's update on wasm has the composition's values", () => {
  const sizes = [[3], [2, 5], []];
  const rule = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decayPerRate: 0.1 };
  const rate = tf.scalar(0.5);
  const states = sizes.map((shape, i) => ({
    weight: sines(shape, i),
    gradient: sines(shape, 10 + i),
    mean: sines(shape, 20 + i),
    square: sines(shape, 30 + i, { mean: 1 }),
    steps: tf.scalar(10 ** (2 * i)),
  }));
  const values = (): tf.Tensor[] =>
    adamUpdate(states, rate, rule).flatMap((updated) => Object.values(updated));
  assertAsComposed(values, 2e-6);
  tf.dispose([rate, ...states.flatMap((state) => Object.values(state))]);
});

const valueOf = (source: Source, size: number): Value => ({
  ...{ source, shape: [size], dtype: "float32", bytes: 4 * size, isConstant: false },
});

/** Two weights of a step that only updates them, and their velocities. */
function updateOf(gradients: (weights: Value[]) => Value[]) {
  const variables = [1, 2, 3, 4].map((size) => tf.tidy(() => tf.variable(tf.zeros([size]))));
  const states = variables.map((variable) =>
    valueOf({ kind: "variable", variable }, variable.size)
  );
  const [a, b, av, bv] = states as [Value, Value, Value, Value];
  const [ag, bg] = gradients([a, b]) as [Value, Value];
  const named = { weight0: a, gradient0: ag, velocity0: av, weight1: b, gradient1: bg };
  const operands = Object.fromEntries(
    Object.entries({
      learningRate: valueOf({ kind: "input", index: 0 }, 1),
      ...named,
      velocity1: bv,
    })
      .map(([name, value]) => [name, { value, shape: value.shape, dtype: value.dtype }]),
  );
  const made = states.map(({ shape }) => valueOf({ kind: "call" }, shape[0]!));
  const kernel: tf.KernelFunc = () => [];
  const call: Call = { kernelName, kernel, attributes: {}, operands, made, looks: false };
  const written = variables.map((variable, i) => ({ variable, value: made[i]! }));
  const plan = planOf([call], { written, results: [] });
  tf.dispose(variables);
  return { plan, made };
}

Deno.test("a recorded update writes over each weight and each velocity", () => {
  const { plan, made } = updateOf(() =>
    [1, 2].map((index) => valueOf({ kind: "input", index }, index))
  );
  const places = made.map((value) => plan.places.get(value));
  assert.deepEqual(places, [0, 1, 2, 3].map((index) => ({ kind: "state", index })));
  assert.deepEqual([plan.arenaBytes, plan.copies.length], [0, 0]);
});

Deno.test("a recorded update does not write over a weight that another one's update reads", () => {
  const { plan, made } = updateOf(([a]) => [valueOf({ kind: "input", index: 1 }, 1), a!]);
  assert.deepEqual(plan.copies, [{ value: made[0], to: { kind: "state", index: 0 } }]);
  assert.equal(plan.places.get(made[0]!)?.kind, "arena");
});
