/** What tests of recomputation share: gradients of a pass, to be compared to the last digit. */
import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import {
  applyRecomputed,
  type Recompute,
} from "../../src/training/recomputation/apply_recomputed.ts";

export const modes: readonly Recompute[] = ["normalization", "blocks"];

export type Values = Record<string, number[]>;

/** Fails where a number differs; how many do says more than a difference of thousands of lines. */
export function assertSameValues(actual: Values, expected: Values, what: string): void {
  assert.deepEqual(Object.keys(actual), Object.keys(expected), what);
  for (const [name, values] of Object.entries(expected)) {
    const different = values.filter((value, i) => !Object.is(value, actual[name]![i])).length;
    assert.equal(different, 0, `${what}: ${different} of ${values.length} in ${name} differ`);
  }
}

/** What runs a model in training: as it is, or with recomputation. */
export type Apply = (x: tf.Tensor | tf.Tensor[]) => tf.Tensor | tf.Tensor[];

/** Gradients by all variables, and weights afterwards, of one eager pass. */
export function gradients(model: tf.LayersModel, apply: Apply): Values {
  return tf.tidy(() => {
    const xs = model.inputs.map(({ shape: [, ...shape] }) =>
      tf.randomUniform([2, ...shape as number[]], -1, 1, "float32", 7)
    );
    const { value, grads } = tf.variableGrads(() => {
      const outputs = [apply(xs.length === 1 ? xs[0]! : xs)].flat();
      return tf.addN(outputs.map((output) => tf.mean(tf.square(output)))) as tf.Scalar;
    });
    const all = Object.entries({ value, ...grads });
    const moving = model.weights.filter(({ trainable }) => !trainable);
    const tensors = [...all, ...moving.map((w) => [w.name, w.read()] as [string, tf.Tensor])];
    return Object.fromEntries(tensors.map(([name, tensor]) => [name, [...tensor.dataSync()]]));
  });
}

/**
 * Fails where a model's gradients or statistics are others with recomputation.
 *
 * @param makeModel the same model at each call
 */
export function assertRecomputes(makeModel: () => tf.LayersModel): void {
  const by = (recompute?: Recompute) => {
    const model = makeModel();
    const names = [...new Set(model.weights.map(({ name }) => name))];
    const all = withNumbers(() =>
      gradients(
        model,
        (x) =>
          recompute === undefined
            ? model.apply(x, { training: true }) as tf.Tensor | tf.Tensor[]
            : applyRecomputed(model, x, { recompute }),
      )
    );
    freeModel(model);
    // The names of layers differ from model to model.
    return Object.fromEntries(["value", ...names].map((name, i) => [i, all[name]!]));
  };
  const expected = by();
  for (const recompute of modes) assertSameValues(by(recompute), expected, recompute);
}

/** Frees a model, and the weights that `dispose` leaves where a nested model shares a layer. */
export function freeModel(model: tf.LayersModel): void {
  const variables = model.weights.map((weight) => weight.read());
  model.dispose();
  tf.dispose(variables);
}

/** `body`, with the numbers of `Math.random` those of a sequence from its start. */
export function withNumbers<T>(body: () => T): T {
  const random = Math.random;
  let state = 1;
  Math.random = () => (state = state * 16807 % 2147483647) / 2147483647;
  try {
    return body();
  } finally {
    Math.random = random;
  }
}
