/** The optimizers' update beside a loop in float32, digit by digit. */
import assert from "node:assert/strict";
import fc from "fast-check";
import * as tf from "../../src/tf.ts";
import { capture } from "../../src/training/capture.ts";
import {
  decoupledSgdw,
  type MomentumOptimizer,
  type MomentumRule,
  sgd,
} from "../../src/training/optimizers.ts";
import { forEachBackend } from "../backends.ts";

const { fround } = Math;

interface State {
  weight: Float32Array;
  velocity: Float32Array;
}

/** A step of the rule, each product and each sum rounded to float32. */
function stepOf(rule: MomentumRule, rate: number, { weight, velocity }: State, g: Float32Array) {
  const r = fround(rate), m = fround(rule.momentum), decay = fround(rule.weightDecay);
  const kept = fround(1 - fround(r * fround(rule.decayPerRate)));
  weight.forEach((w, i) => {
    const gradient = rule.weightDecay > 0 ? fround(g[i]! + fround(w * decay)) : g[i]!;
    velocity[i] = rule.momentum > 0 ? fround(fround(velocity[i]! * m) + gradient) : gradient;
    const v = velocity[i]!;
    const direction = rule.nesterov ? fround(gradient + fround(v * m)) : v;
    const rest = rule.decayPerRate > 0 ? fround(w * kept) : w;
    weight[i] = fround(rest - fround(direction * r));
  });
}

const learningRate = 0.3, momentum = 0.9, weightDecay = 0.07;

const plainRule = { momentum: 0, weightDecay: 0, decayPerRate: 0, nesterov: false };
const decayPerRate = weightDecay / learningRate;

/** Optimizers for every part of the rule that there can be. */
const optimizers: Record<string, readonly [rule: MomentumRule, make: () => MomentumOptimizer]> = {
  "gradient descent": [plainRule, () => sgd({ learningRate })],
  "weight decay": [{ ...plainRule, weightDecay }, () => sgd({ learningRate, weightDecay })],
  "momentum": [{ ...plainRule, momentum }, () => sgd({ learningRate, momentum })],
  "Nesterov's momentum and weight decay": [
    { ...plainRule, momentum, weightDecay, nesterov: true },
    () => sgd({ learningRate, momentum, weightDecay, nesterov: true }),
  ],
  "momentum and weight decay": [
    { ...plainRule, momentum, weightDecay },
    () => sgd({ learningRate, momentum, weightDecay }),
  ],
  "decoupled weight decay": [
    { ...plainRule, decayPerRate },
    () => decoupledSgdw({ learningRate, weightDecay }),
  ],
  "momentum and decoupled weight decay": [
    { ...plainRule, momentum, decayPerRate },
    () => decoupledSgdw({ learningRate, momentum, weightDecay }),
  ],
};

/** Numbers of all digits; none is as near to 0 as what TensorFlow takes for it. */
const values = (count: number) =>
  fc.array(fc.integer({ min: -8000, max: 8000 }), { minLength: count, maxLength: count })
    .map((thousandths) => Float32Array.from(thousandths, (value) => value / 1000));

/** Weights of some sizes, 0 among them, with the gradients of three steps. */
const weights = fc.array(
  fc.integer({ min: 0, max: 21 }).chain((count) =>
    fc.record({
      initial: values(count),
      gradients: fc.tuple(...[1, 2, 3].map(() => values(count))),
    })
  ),
  { minLength: 1, maxLength: 4 },
);

/** Runs steps at falling rates; with `captured` they are recorded where the backend can. */
function train(
  optimizer: MomentumOptimizer,
  cases: readonly { initial: Float32Array; gradients: Float32Array[] }[],
  captured: boolean,
): Float32Array[] {
  // Some are vectors, some are not: a backend may update vectors together.
  const shapeOf = ({ length }: Float32Array, i: number) => i % 2 === 0 ? [length] : [length, 1];
  const variables = cases.map(({ initial }, i) =>
    tf.tidy(() => tf.variable(tf.tensor(initial, shapeOf(initial, i))))
  );
  optimizer.build(variables);
  const apply = (rate: tf.Tensor, ...gradients: tf.Tensor[]) => {
    optimizer.setLearningRate(rate as tf.Scalar);
    optimizer.applyGradients(
      variables.map(({ name }, i) => ({ name, tensor: gradients[i]! })),
    );
  };
  const recorded = capture(apply), step = captured ? recorded : apply;
  for (const [i, rate] of rates.entries()) {
    const gradients = cases.map(({ gradients }, n) =>
      tf.tensor(gradients[i]!, shapeOf(gradients[i]!, n))
    );
    const inputs = [tf.scalar(rate), ...gradients] as const;
    step(...inputs);
    tf.dispose([...inputs]);
  }
  const results = variables.map((variable) => variable.dataSync<"float32">().slice());
  tf.dispose(variables);
  optimizer.dispose();
  recorded.dispose();
  return results;
}

const rates = [0.3, 0.2, 0.07];

for (const [name, [rule, make]] of Object.entries(optimizers)) {
  forEachBackend(`${name}: a step over all weights has every digit of a loop in float32`, () => {
    fc.assert(
      fc.property(weights, fc.boolean(), (cases, captured) => {
        const expected = cases.map(({ initial, gradients }) => {
          const state = { weight: initial.slice(), velocity: new Float32Array(initial.length) };
          gradients.forEach((gradient, i) => stepOf(rule, rates[i]!, state, gradient));
          return state.weight;
        });
        const actual = train(make(), cases, captured);
        assert.deepEqual(actual.map(plain), expected.map(plain));
      }),
      { numRuns: 25 },
    );
  });
}

/** −0 counts as 0. */
const plain = (values: Float32Array) => Array.from(values, (value) => value === 0 ? 0 : value);

function variableOf(...values: number[]): tf.Variable {
  return tf.tidy(() => tf.variable(tf.tensor1d(values)));
}

forEachBackend("weights that are each other's gradients are those from before the step", () => {
  for (const captured of [true, false]) {
    const a = variableOf(1, 2, 3, 4, 5), b = variableOf(5, 6, 7, 8, 9);
    const optimizer = sgd({ learningRate: 0.5, momentum: 0.5 });
    optimizer.build([a, b]);
    const apply = () => optimizer.applyGradients({ [a.name]: b, [b.name]: a });
    const recorded = capture(apply), step = captured ? recorded : apply;
    step();
    step();
    // First a − b/2 and b − a/2; then half the velocity more: −b/4 and −a/4.
    const [first, second] = [[1, 5], [2, 6], [3, 7], [4, 8], [5, 9]].map(([x = 0, y = 0]) => {
      const [x1, y1] = [x - y / 2, y - x / 2];
      return [x1 - (y / 2 + y1) / 2, y1 - (x / 2 + x1) / 2] as const;
    }).reduce<[number[], number[]]>(([as, bs], [x, y]) => [[...as, x], [...bs, y]], [[], []]);
    assert.deepEqual([...a.dataSync()], first);
    assert.deepEqual([...b.dataSync()], second);
    tf.dispose([a, b]);
    optimizer.dispose();
    recorded.dispose();
  }
});

forEachBackend(
  "a gradient may be a number for all of a weight, of integers, or listed twice",
  () => {
    const variable = variableOf(1, 2, 3), optimizer = sgd({ learningRate: 0.5, momentum: 0.5 });
    tf.tidy(() => {
      const { name } = variable;
      optimizer.applyGradients({ [name]: tf.scalar(2) });
      assert.deepEqual([...variable.dataSync()], [0, 1, 2]);
      optimizer.applyGradients({ [name]: tf.tensor1d([1, 2, 3], "int32") });
      assert.deepEqual([...variable.dataSync()], [-1, -0.5, 0]);
      const tensor = tf.zeros([3]);
      optimizer.applyGradients([{ name, tensor }, { name, tensor }]);
      assert.deepEqual([...variable.dataSync()], [-1.75, -1.625, -1.5]);
    });
    variable.dispose();
    optimizer.dispose();
  },
);

forEachBackend("applyGradients() throws when a gradient does not fit its variable", () => {
  const variable = variableOf(1, 2, 3), optimizer = sgd({ learningRate: 1 });
  tf.tidy(() => {
    for (const shape of [[2], [2, 3], [4]]) {
      const apply = () => optimizer.applyGradients({ [variable.name]: tf.ones(shape) });
      assert.throws(apply, {
        name: "TypeError",
        message: `Cannot apply gradients as that of "${variable.name}" must fit [3]: ` +
          `current value is [${shape}]`,
      });
    }
  });
  assert.deepEqual([...variable.dataSync()], [1, 2, 3]);
  variable.dispose();
  optimizer.dispose();
});
