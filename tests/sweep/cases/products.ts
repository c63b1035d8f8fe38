/** Products of matrices and vectors. */
import * as tf from "../../../src/tf.ts";
import type { Case } from "../case.ts";
import { broadcastShape } from "../reference/elementwise.ts";
import { fill, indicesOf, placeOf, spread, type Values } from "../values.ts";

type Transposed = [a: boolean, b: boolean];

/** A matrix product by its definition; batches broadcast. */
function product([transposeA, transposeB]: Transposed): (a: Values, b: Values) => Values {
  return (a, b) => {
    const rows = a.shape.at(transposeA ? -1 : -2)!, inner = a.shape.at(transposeA ? -2 : -1)!;
    const columns = b.shape.at(transposeB ? -2 : -1)!;
    const batches = broadcastShape([a.shape.slice(0, -2), b.shape.slice(0, -2)]);
    const shape = [...batches, rows, columns], indices = indicesOf(shape);
    const at = ({ shape, data }: Values, batch: number[], matrix: number[]) =>
      data[placeOf(shape, [...batch.slice(batch.length + 2 - shape.length), ...matrix])]!;
    return fill(shape, (place) => {
      const index = indices[place]!, batch = index.slice(0, -2);
      const [row, column] = index.slice(-2) as [number, number];
      let sum = 0;
      for (let i = 0; i < inner; i++) {
        sum += at(a, batch, transposeA ? [i, row] : [row, i]) *
          at(b, batch, transposeB ? [column, i] : [i, column]);
      }
      return sum;
    });
  };
}

const batches: readonly [string, number[], number[]][] = [
  ["of matrices", [], []],
  ["of rank 3", [2], [2]],
  ["of rank 4", [2, 3], [2, 3]],
  ["of many and one", [3], [1]],
  ["of one and many", [1], [3]],
  ["of rank 3 and a matrix", [3], []],
  ["of broadcast batches", [2, 1], [1, 3]],
  ["of batches that repeat", [2, 3], [3]],
  ["of batches that repeat inside", [2, 3], [2, 1]],
];

const orders: readonly [string, Transposed][] = [
  ["", [false, false]],
  [", a transposed", [true, false]],
  [", b transposed", [false, true]],
  [", both transposed", [true, true]],
];

/** The cases. */
export const products: readonly Case[] = [
  ...batches.flatMap(([how, a, b], row) =>
    (row < 3 || row === 6 ? orders : orders.slice(0, 1)).map(([order, transpose]): Case => {
      const left = transpose[0] ? [5, 3] : [3, 5], right = transpose[1] ? [4, 5] : [5, 4];
      return {
        name: `matMul ${how}${order}`,
        inputs: [spread([...a, ...left], -1, 1, 1), spread([...b, ...right], -1, 1, 2)],
        op: (a, b) => tf.matMul(a, b, ...transpose),
        reference: product(transpose),
      };
    })
  ),
  {
    name: "dot",
    inputs: [spread([3, 5], -1, 1, 1), spread([5, 2], -1, 1, 2)],
    op: (a, b) => tf.dot(a, b),
    reference: product([false, false]),
  },
  {
    name: "outerProduct",
    inputs: [spread([3], -1, 1, 1), spread([5], -1, 1, 2)],
    op: (a, b) => tf.outerProduct(a as tf.Tensor1D, b as tf.Tensor1D),
    reference: (a, b) => product([false, false])({ ...a, shape: [3, 1] }, { ...b, shape: [1, 5] }),
  },
  ...orders.map(([order, [transposeA, transposeB]]): Case => ({
    name: `fused.matMul${order}`,
    inputs: [
      spread(transposeA ? [5, 3] : [3, 5], -1, 1, 1),
      spread(transposeB ? [4, 5] : [5, 4], -1, 1, 2),
      spread([4], -1, 1, 3),
    ],
    op: (a, b, bias) => tf.fused.matMul({ a, b, bias, transposeA, transposeB, activation: "relu" }),
    reference: (a, b, bias) => {
      const y = product([transposeA, transposeB])(a, b);
      return fill(y.shape, (place) => Math.max(0, y.data[place]! + bias.data[place % 4]!));
    },
  })),
];
