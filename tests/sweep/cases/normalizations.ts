/** Normalizations as functions. */
import * as tf from "../../../src/tf.ts";
import type { Case } from "../case.ts";
import { each } from "../reference/elementwise.ts";
import { along, sum } from "../reference/reduce.ts";
import { spread } from "../values.ts";

const normalize = each((x, mean, variance, offset, scale) =>
  (x! - mean!) / Math.sqrt(variance! + 1e-3) * scale! + offset!
);

const shapes: readonly [string, number[], number[]][] = [
  ["of rank 2", [4, 3], [3]],
  ["of rank 3", [2, 4, 3], [3]],
  ["of rank 4", [2, 3, 4, 3], [3]],
  ["with statistics of every number", [2, 3, 2, 3], [2, 3, 2, 3]],
  ["with statistics of axis 1", [2, 3, 2, 4], [1, 3, 1, 1]],
];

const batch: readonly Case[] = shapes.map(([how, x, parameters]) => ({
  name: `batchNorm ${how}`,
  inputs: [
    spread(x, -1, 1, 1),
    spread(parameters, -1, 1, 2),
    spread(parameters, 0.5, 1.5, 3),
    spread(parameters, -1, 1, 4),
    spread(parameters, 0.5, 1.5, 5),
  ],
  op: (x, mean, variance, offset, scale) => {
    type Parameter = tf.Tensor1D; // of any rank up to x's
    const [m, v, o, s] = [mean, variance, offset, scale] as Parameter[];
    return tf.batchNorm(x as tf.Tensor4D, m!, v!, o, s, 1e-3);
  },
  reference: normalize,
}));

/** Divides by what lies within `radius` channels. */
function responses(radius: number, bias: number, alpha: number, beta: number) {
  return along(-1, (line) =>
    line.map((value, i) => {
      const near = line.slice(Math.max(0, i - radius), i + radius + 1);
      return value * (bias + alpha * sum(near.map((x) => x * x))) ** -beta;
    }));
}

const local: readonly Case[] = [[1, 1, 1, 0.5], [2, 1.5, 0.7, 0.8], [5, 1, 1, 1]].map((how) => {
  const [radius, bias, alpha, beta] = how as [number, number, number, number];
  return {
    name: `localResponseNormalization of radius ${radius}`,
    inputs: [spread([2, 3, 2, 5])],
    op: (x) => tf.localResponseNormalization(x as tf.Tensor4D, radius, bias, alpha, beta),
    reference: responses(radius, bias, alpha, beta),
  };
});

/** The cases. */
export const normalizations: readonly Case[] = [...batch, ...local];
