/** Ops that pick numbers out, most of which have no gradient in TensorFlow.js. */
import * as tf from "../../../src/tf.ts";
import type { Case } from "../case.ts";
import { along } from "../reference/reduce.ts";
import { take } from "../reference/rearrange.ts";
import { bilinear } from "../reference/resize.ts";
import { fill, placeOf, spread, type Values } from "../values.ts";

const places: readonly [number, number][] = [[1, 2], [0, 0], [1, 0]];
const indices = () => tf.tensor2d(places as [number, number][], [3, 2], "int32");

/** Puts the updates at the places. */
const put = (into: Values, updates: Values): Values => {
  const data = Float64Array.from(into.data);
  for (const [i, index] of places.entries()) data[placeOf(into.shape, index)] = updates.data[i]!;
  return { shape: into.shape, data };
};

/** The cases. */
export const picking: readonly Case[] = [
  {
    name: "gatherND",
    inputs: [spread([2, 3])],
    op: (x) => tf.gatherND(x, indices()),
    reference: take(() => [3], ([i]) => places[i!]!),
  },
  {
    name: "scatterND",
    inputs: [spread([3])],
    op: (updates) => tf.scatterND(indices(), updates, [2, 3]),
    reference: (updates) => put(fill([2, 3], () => 0), updates),
  },
  {
    name: "tensorScatterUpdate",
    inputs: [spread([2, 3], -1, 1, 1), spread([3], -1, 1, 2)],
    op: (x, updates) => tf.tensorScatterUpdate(x, indices(), updates),
    reference: put,
  },
  {
    name: "topk",
    inputs: [spread([2, 5])],
    op: (x) => tf.topk(x, 3).values,
    reference: (x) =>
      take(([rows]) => [rows!, 3], (index) => index)(
        along(-1, (line) => line.toSorted((a, b) => b - a))(x),
      ),
  },
  {
    name: "einsum",
    inputs: [spread([2, 3], -1, 1, 1), spread([3, 4], -1, 1, 2)],
    op: (a, b) => tf.einsum("ij,jk->ik", a, b),
    reference: (a, b) =>
      fill([2, 4], (place) => {
        const row = Math.floor(place / 4);
        return [0, 1, 2].reduce(
          (sum, i) => sum + a.data[row * 3 + i]! * b.data[i * 4 + place % 4]!,
          0,
        );
      }),
  },
  {
    name: "image.cropAndResize",
    inputs: [spread([1, 3, 4, 2])],
    op: (x) =>
      tf.image.cropAndResize(
        x as tf.Tensor4D,
        tf.tensor2d([0, 0, 1, 1], [1, 4]),
        tf.tensor1d([0], "int32"),
        [5, 3],
      ),
    reference: bilinear([5, 3], "corners-aligned"),
  },
  {
    name: "image.flipLeftRight",
    inputs: [spread([2, 3, 4, 2])],
    op: (x) => tf.image.flipLeftRight(x as tf.Tensor4D),
    reference: take(
      (shape) => [...shape],
      ([batch, row, column, channel]) => [batch!, row!, 3 - column!, channel!],
    ),
  },
];
