/** Ops that compute each number by itself. */
import * as tf from "../../../src/tf.ts";
import type { Case } from "../case.ts";
import { each, erf, sigmoid } from "../reference/elementwise.ts";
import { spread } from "../values.ts";

type Row = [
  name: string,
  op: (x: tf.Tensor) => tf.Tensor,
  of: (x: number) => number,
  low?: number,
  high?: number,
  tolerance?: number,
];

const selu = { scale: 1.0507009873554805, alpha: 1.6732632423543772 };
const softplus = (x: number) => Math.log1p(Math.exp(x));

/** Around 0, or between the numbers behind the function; the tolerance last, for webgpu. */
const rows: readonly Row[] = [
  ["abs", tf.abs, Math.abs],
  ["acos", tf.acos, Math.acos, -0.9, 0.9, 5e-4],
  ["acosh", tf.acosh, Math.acosh, 1.2, 3],
  ["asin", tf.asin, Math.asin, -0.9, 0.9, 5e-4],
  ["asinh", tf.asinh, Math.asinh, -2, 2],
  ["atan", tf.atan, Math.atan, -2, 2],
  ["atanh", tf.atanh, Math.atanh, -0.9, 0.9],
  ["cast", (x) => tf.cast(x, "float32"), (x) => x],
  ["ceil", tf.ceil, Math.ceil, -2.9, 2.9],
  ["clipByValue", (x) => tf.clipByValue(x, -0.5, 0.6), (x) => Math.min(0.6, Math.max(-0.5, x))],
  ["clone", tf.clone, (x) => x],
  ["cos", tf.cos, Math.cos, -3, 3],
  ["cosh", tf.cosh, Math.cosh, -2, 2],
  ["elu", tf.elu, (x) => x < 0 ? Math.expm1(x) : x, -3, 3],
  ["erf", tf.erf, erf, -2, 2],
  ["exp", tf.exp, Math.exp, -2, 2],
  ["expm1", tf.expm1, Math.expm1, -2, 2],
  ["floor", tf.floor, Math.floor, -2.9, 2.9],
  ["isFinite", tf.isFinite, () => 1],
  ["isInf", tf.isInf, () => 0],
  ["isNaN", tf.isNaN, () => 0],
  ["leakyRelu", (x) => tf.leakyRelu(x, 0.3), (x) => x < 0 ? 0.3 * x : x],
  ["log", tf.log, Math.log, 0.2, 3],
  ["log1p", tf.log1p, Math.log1p, -0.7, 3],
  ["logSigmoid", tf.logSigmoid, (x) => -softplus(-x), -3, 3],
  ["neg", tf.neg, (x) => -x],
  ["onesLike", tf.onesLike, () => 1],
  ["reciprocal", tf.reciprocal, (x) => 1 / x, 0.3, 3],
  ["relu", tf.relu, (x) => Math.max(0, x)],
  ["relu6", tf.relu6, (x) => Math.min(6, Math.max(0, x)), -9, 9],
  ["round", tf.round, Math.round, -2.4, 2.4],
  ["rsqrt", tf.rsqrt, (x) => 1 / Math.sqrt(x), 0.3, 3],
  ["selu", tf.selu, (x) => selu.scale * (x < 0 ? selu.alpha * Math.expm1(x) : x), -3, 3],
  ["sigmoid", tf.sigmoid, sigmoid, -4, 4],
  ["sign", tf.sign, Math.sign],
  ["sin", tf.sin, Math.sin, -3, 3],
  ["sinh", tf.sinh, Math.sinh, -2, 2],
  ["softplus", tf.softplus, softplus, -4, 4],
  ["sqrt", tf.sqrt, Math.sqrt, 0.2, 3],
  ["square", tf.square, (x) => x * x, -2, 2],
  ["step", (x) => tf.step(x, 0.2), (x) => x > 0 ? 1 : 0.2],
  ["tan", tf.tan, Math.tan, -1.2, 1.2],
  ["tanh", tf.tanh, Math.tanh, -2, 2],
  ["zerosLike", tf.zerosLike, () => 0],
];

/** The cases. */
export const elementwise: readonly Case[] = rows.map(([name, op, of, low, high, tolerance]) => ({
  name,
  inputs: [spread([2, 3, 5], low, high)],
  op,
  reference: each(of),
  ...(tolerance === undefined ? {} : { tolerance }),
}));
