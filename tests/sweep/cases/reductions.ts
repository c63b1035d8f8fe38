/** Ops that make one number of many, or accumulate along an axis. */
import * as tf from "../../../src/tf.ts";
import type { Case } from "../case.ts";
import { each } from "../reference/elementwise.ts";
import { along, mean, product, reduce, sum, variance } from "../reference/reduce.ts";
import { spread } from "../values.ts";

type Reduction = (x: tf.Tensor, axes?: number[], keepDims?: boolean) => tf.Tensor;

const logSumExp = (numbers: number[]) => Math.log(sum(numbers.map(Math.exp)));
const length = (numbers: number[]) => Math.hypot(...numbers);

const rows: readonly [name: string, op: Reduction, of: (numbers: number[]) => number][] = [
  ["sum", tf.sum, sum],
  ["mean", tf.mean, mean],
  ["prod", tf.prod, product],
  ["max", tf.max, (numbers) => Math.max(...numbers)],
  ["min", tf.min, (numbers) => Math.min(...numbers)],
  ["logSumExp", tf.logSumExp, logSumExp],
  ["norm", (x, axes, keepDims) => tf.norm(x, "euclidean", axes, keepDims), length],
  ["euclideanNorm", tf.euclideanNorm, length],
  ["moments' mean", (x, axes, keepDims) => tf.moments(x, axes, keepDims).mean, mean],
  ["moments' variance", (x, axes, keepDims) => tf.moments(x, axes, keepDims).variance, variance],
];

const axes: readonly [string, number[]?, boolean?][] = [
  ["of all"],
  ["along the last axis", [-1]],
  ["along the first axis", [0]],
  ["along an inner axis", [1], true],
  ["along two axes", [0, 2]],
];

const byAxis: readonly Case[] = rows.flatMap(([name, op, of]) =>
  axes.filter(([, axes]) => !(name.includes("orm") && axes?.length === 2)).map(
    ([how, axes, keepDims]): Case => ({
      name: `${name} ${how}`,
      inputs: [spread([2, 3, 5], 0.2, 1.4)],
      op: (x) => op(x, axes, keepDims),
      reference: reduce(of, axes, keepDims),
    }),
  )
);

function running(isExclusive: boolean, isReverse: boolean): (line: number[]) => number[] {
  return (line) => {
    const ordered = isReverse ? line.toReversed() : line;
    const sums = ordered.map((value, i) => sum(ordered.slice(0, i)) + (isExclusive ? 0 : value));
    return isReverse ? sums.reverse() : sums;
  };
}

/** Of several lengths, since a program of one must not serve another. */
const cumulative: readonly Case[] = [[2, 3, 5], [3, 4], [7]].flatMap((shape) =>
  shape.flatMap((_, axis) =>
    [[false, false], [true, false], [false, true], [true, true]].map(
      ([isExclusive, isReverse]): Case => ({
        name: `cumsum of [${shape}] along axis ${axis}` +
          `${isExclusive ? ", exclusive" : ""}${isReverse ? ", reverse" : ""}`,
        inputs: [spread(shape)],
        op: (x) => tf.cumsum(x, axis, isExclusive, isReverse),
        reference: along(axis, running(isExclusive!, isReverse!)),
      }),
    )
  )
);

/** Of several lengths as well. */
const products: readonly Case[] = [[4], [2, 6], [9]].map((shape) => ({
  name: `prod of [${shape}]`,
  inputs: [spread(shape, 0.5, 1.5)],
  op: (x) => tf.prod(x),
  reference: reduce(product),
}));

const softmax = (line: number[]) => line.map((value) => Math.exp(value - logSumExp(line)));
const logSoftmax = (line: number[]) => line.map((value) => value - logSumExp(line));
const indexOfLargest = (numbers: number[]) => numbers.indexOf(Math.max(...numbers));
const indexOfSmallest = (numbers: number[]) => numbers.indexOf(Math.min(...numbers));

const others: readonly Case[] = [
  ...[softmax, logSoftmax].map((of): Case => ({
    name: of.name,
    inputs: [spread([2, 3, 5], -2, 2)],
    op: (x) => of === softmax ? tf.softmax(x) : tf.logSoftmax(x),
    reference: along(-1, of),
  })),
  ...[0, 1, -1].flatMap((axis): Case[] => [{
    name: `argMax along axis ${axis}`,
    inputs: [spread([2, 3, 5])],
    op: (x) => tf.argMax(x, axis),
    reference: reduce(indexOfLargest, [axis]),
  }, {
    name: `argMin along axis ${axis}`,
    inputs: [spread([2, 3, 5])],
    op: (x) => tf.argMin(x, axis),
    reference: reduce(indexOfSmallest, [axis]),
  }]),
  ...[1, Infinity].map((order): Case => ({
    name: `norm of order ${order}`,
    inputs: [spread([2, 3], -1, 1)],
    op: (x) => tf.norm(x, order === 1 ? 1 : Infinity, 1),
    reference: reduce(
      (numbers) => order === 1 ? sum(numbers.map(Math.abs)) : Math.max(...numbers.map(Math.abs)),
      [1],
    ),
  })),
  {
    name: "cumprod",
    inputs: [spread([2, 3], 0.5, 1.5)],
    op: (x) => tf.cumprod(x, 1),
    reference: along(1, (line) => line.map((_, i) => product(line.slice(0, i + 1)))),
  },
  {
    name: "oneHot",
    inputs: [spread([2, 3], 0, 2.9)],
    op: (x) => tf.oneHot(tf.cast(x, "int32"), 3),
    reference: (x) => {
      const column = { shape: [2, 3, 1], data: x.data };
      const classes = { shape: [3], data: Float64Array.of(0, 1, 2) };
      return each((x, which) => Number(Math.floor(x!) === which))(column, classes);
    },
  },
  {
    name: "oneHot of floats",
    inputs: [spread([2, 3], 0, 2.9)],
    op: (x) => tf.oneHot(tf.cast(x, "int32"), 3, 0.9, 0.05, "float32"),
    reference: (x) => {
      const column = { shape: [2, 3, 1], data: x.data };
      const classes = { shape: [3], data: Float64Array.of(0, 1, 2) };
      return each((x, which) => Math.floor(x!) === which ? 0.9 : 0.05)(column, classes);
    },
  },
];

/** The cases. */
export const reductions: readonly Case[] = [...byAxis, ...cumulative, ...products, ...others];
