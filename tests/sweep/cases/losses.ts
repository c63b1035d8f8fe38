/** TensorFlow.js's losses: of labels and predictions, both with a gradient. */
import * as tf from "../../../src/tf.ts";
import type { Case } from "../case.ts";
import { each } from "../reference/elementwise.ts";
import { along, mean, reduce, sum } from "../reference/reduce.ts";
import { spread, type Values } from "../values.ts";

type Loss = (labels: tf.Tensor, predictions: tf.Tensor) => tf.Tensor;
type Reference = (labels: Values, predictions: Values) => Values;
type Row = [name: string, op: Loss, of: Reference, low?: number, high?: number];

const meanOf = (of: (label: number, prediction: number) => number): Reference => (labels, y) =>
  reduce(mean)(each(of as (...numbers: number[]) => number)(labels, y));

const huber = (label: number, y: number) => {
  const off = Math.abs(label - y), near = Math.min(off, 0.6);
  return near * near / 2 + 0.6 * (off - near);
};

const softmaxCrossEntropy: Reference = (labels, logits) => {
  const log = along(-1, (line) => {
    const total = Math.log(sum(line.map(Math.exp)));
    return line.map((value) => value - total);
  })(logits);
  const rows = reduce((row) => -sum(row), [-1])(each((label, log) => label! * log!)(labels, log));
  return reduce(mean)(rows);
};

const cosine: Reference = (labels, y) =>
  reduce(mean)(
    reduce((row) => 1 - sum(row), [1], true)(each((label, y) => label! * y!)(labels, y)),
  );

const rows: readonly Row[] = [
  ["absoluteDifference", tf.losses.absoluteDifference, meanOf((label, y) => Math.abs(label - y))],
  ["cosineDistance", (labels, y) => tf.losses.cosineDistance(labels, y, 1), cosine],
  ["hingeLoss", tf.losses.hingeLoss, meanOf((label, y) => Math.max(0, 1 - (2 * label - 1) * y)), 0],
  [
    "huberLoss",
    (labels, y) => tf.losses.huberLoss(labels, y, undefined, 0.6),
    meanOf(huber),
    -2,
    2,
  ],
  [
    "logLoss",
    tf.losses.logLoss,
    meanOf((label, y) => -label * Math.log(y + 1e-7) - (1 - label) * Math.log(1 - y + 1e-7)),
    0.1,
    0.9,
  ],
  ["meanSquaredError", tf.losses.meanSquaredError, meanOf((label, y) => (label - y) ** 2)],
  [
    "sigmoidCrossEntropy",
    tf.losses.sigmoidCrossEntropy,
    meanOf((label, y) => Math.max(y, 0) - y * label + Math.log1p(Math.exp(-Math.abs(y)))),
    0.1,
    0.9,
  ],
  ["softmaxCrossEntropy", tf.losses.softmaxCrossEntropy, softmaxCrossEntropy, 0.1, 0.9],
];

/** Smoothed over the classes of each row. */
const smoothed = (shape: number[]): Case => ({
  name: `losses.softmaxCrossEntropy of rank ${shape.length} with labelSmoothing`,
  inputs: [spread(shape, 0.1, 0.9, 1), spread(shape, 0.1, 0.9, 2)],
  op: (labels, logits) => tf.losses.softmaxCrossEntropy(labels, logits, undefined, 0.1),
  reference: (labels, logits) =>
    softmaxCrossEntropy(each((label) => label! * 0.9 + 0.1 / shape.at(-1)!)(labels), logits),
});

/** Labels that don't sum to 1, and are neither 0 nor 1. */
const plain: readonly Case[] = rows.map(([name, op, of, low, high]) => ({
  name: `losses.${name}`,
  inputs: [spread([3, 4], low, high, 1), spread([3, 4], low, high, 2)],
  op,
  reference: of,
}));

/** The cases. */
export const losses: readonly Case[] = [...plain, smoothed([3, 4]), smoothed([2, 3, 4])];
