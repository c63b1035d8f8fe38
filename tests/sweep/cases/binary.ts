/** Ops of two numbers at the same place, with the shapes that broadcast. */
import * as tf from "../../../src/tf.ts";
import type { Case } from "../case.ts";
import { each } from "../reference/elementwise.ts";
import { fill, spread } from "../values.ts";

type Row = [
  name: string,
  op: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
  of: (a: number, b: number) => number,
  low?: number,
  high?: number,
];

const rows: readonly Row[] = [
  ["add", tf.add, (a, b) => a + b],
  ["sub", tf.sub, (a, b) => a - b],
  ["mul", tf.mul, (a, b) => a * b],
  ["div", tf.div, (a, b) => a / b, 0.4, 3],
  ["divNoNan", tf.divNoNan, (a, b) => a / b, 0.4, 3],
  ["floorDiv", tf.floorDiv, (a, b) => Math.floor(a / b), 0.4, 3],
  ["mod", tf.mod, (a, b) => a - Math.floor(a / b) * b, 0.4, 3],
  ["pow", tf.pow, (a, b) => a ** b, 0.4, 3],
  ["maximum", tf.maximum, Math.max],
  ["minimum", tf.minimum, Math.min],
  ["squaredDifference", tf.squaredDifference, (a, b) => (a - b) ** 2],
  ["atan2", tf.atan2, Math.atan2, 0.4, 3],
  ["prelu", tf.prelu, (x, alpha) => x < 0 ? alpha * x : x],
];

const shapes: readonly [string, number[], number[]][] = [
  ["of one shape", [2, 3, 5], [2, 3, 5]],
  ["with a row", [2, 3, 5], [5]],
  ["with a column", [2, 3, 5], [3, 1]],
  ["of both sides", [2, 1, 5], [3, 1]],
  ["with a scalar", [2, 3], []],
  ["after a scalar", [], [2, 3]],
];

function casesOf([name, op, of, low, high]: Row): Case[] {
  // The slopes of a PReLU don't broadcast the other way round.
  const fitting = name === "prelu" ? shapes.slice(0, 3) : shapes;
  return fitting.map(([how, a, b]) => ({
    name: `${name} ${how}`,
    inputs: [spread(a, low, high, 1), spread(b, low, high, 2)],
    op,
    reference: each(of),
  }));
}

type Comparison = [
  name: string,
  op: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
  of: (a: number, b: number) => boolean,
];

/** Their gradient is 0. */
const comparisons: readonly Case[] = ([
  ["equal", tf.equal, (a, b) => a === b],
  ["notEqual", tf.notEqual, (a, b) => a !== b],
  ["greater", tf.greater, (a, b) => a > b],
  ["greaterEqual", tf.greaterEqual, (a, b) => a >= b],
  ["less", tf.less, (a, b) => a < b],
  ["lessEqual", tf.lessEqual, (a, b) => a <= b],
  [
    "logicalAnd",
    (a, b) => tf.logicalAnd(tf.greater(a, 0), tf.greater(b, 0)),
    (a, b) => a > 0 && b > 0,
  ],
  [
    "logicalOr",
    (a, b) => tf.logicalOr(tf.greater(a, 0), tf.greater(b, 0)),
    (a, b) => a > 0 || b > 0,
  ],
  ["logicalNot", (a, b) => tf.logicalNot(tf.greater(a, b)), (a, b) => a <= b],
] as Comparison[]).map(([name, op, of]) => ({
  name,
  inputs: [spread([2, 3], -1, 1, 1), spread([3], -1, 1, 2)],
  op,
  reference: each((a, b) => Number(of(a!, b!))),
}));

const condition = fill([2, 3, 5], (place) => place % 3 === 0 ? 0 : 1);
const isTrue = () => tf.tensor(Float32Array.from(condition.data), [2, 3, 5], "bool");

const others: readonly Case[] = [
  {
    name: "where",
    inputs: [spread([2, 3, 5], -1, 1, 1), spread([2, 3, 5], -1, 1, 2)],
    op: (a, b) => tf.where(isTrue(), a, b),
    reference: (a, b) => each((c, a, b) => c === 1 ? a : b)(condition, a, b),
  },
  {
    name: "where with a row",
    inputs: [spread([2, 3, 5], -1, 1, 1), spread([5], -1, 1, 2)],
    op: (a, b) => tf.where(isTrue(), a, b),
    reference: (a, b) => each((c, a, b) => c === 1 ? a : b)(condition, a, b),
  },
  {
    name: "addN",
    inputs: [1, 2, 3].map((seed) => spread([2, 3], -1, 1, seed)),
    op: (...tensors) => tf.addN(tensors),
    reference: each((a, b, c) => a! + b! + c!),
  },
  {
    name: "abs of complex numbers",
    inputs: [spread([2, 3], -1, 1, 1), spread([2, 3], -1, 1, 2)],
    op: (real, imaginary) => tf.abs(tf.complex(real, imaginary)),
    reference: each(Math.hypot),
  },
  ...[2, 3, -1, 0.5].map((exponent): Case => ({
    name: `pow with the exponent ${exponent}`,
    inputs: [spread([2, 3], exponent === 0.5 ? 0.3 : -2, 2, 1)],
    op: (x) => tf.pow(x, exponent),
    reference: each((x) => x ** exponent),
  })),
];

/** The cases. */
export const binary: readonly Case[] = [...rows.flatMap(casesOf), ...comparisons, ...others];
