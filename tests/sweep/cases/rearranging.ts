/** Ops that move numbers without changing them. */
import * as tf from "../../../src/tf.ts";
import type { Case } from "../case.ts";
import { joined, reshaped, segmentSums, take, transposed } from "../reference/rearrange.ts";
import { spread, type Values } from "../values.ts";

const at = (index: number, length: number, isReflected: boolean): number => {
  if (index < 0) return isReflected ? -index : -index - 1;
  if (index < length) return index;
  return 2 * length - index - (isReflected ? 2 : 1);
};

type Pads = [number, number][];

/** Puts a border around, of what `inside` says. */
function bordered(pads: Pads, inside: (index: number, length: number) => number | undefined) {
  return take(
    (shape) => shape.map((length, axis) => length + pads[axis]![0] + pads[axis]![1]),
    (index, shape) => {
      const places = index.map((i, axis) => inside(i - pads[axis]![0], shape[axis]!));
      return places.every((place) => place !== undefined) ? places as number[] : undefined;
    },
  );
}

const padding: readonly Case[] = ([
  [[2, 3], [[1, 2], [0, 1]]],
  [[2, 3, 5], [[1, 0], [1, 2], [0, 1]]],
  [[2, 3, 5, 2], [[0, 0], [1, 2], [3, 1], [0, 1]]],
] as [number[], Pads][]).flatMap(([shape, pads]): Case[] => [
  {
    name: `pad of rank ${shape.length}`,
    inputs: [spread(shape)],
    op: (x) => tf.pad(x, pads),
    reference: bordered(pads, (i, length) => i >= 0 && i < length ? i : undefined),
  },
  ...(["reflect", "symmetric"] as const).map((mode): Case => {
    const limited = pads.map((pair, axis) =>
      pair.map((width) => Math.min(width, shape[axis]! - (mode === "reflect" ? 1 : 0)))
    ) as Pads;
    return {
      name: `mirrorPad ${mode} of rank ${shape.length}`,
      inputs: [spread(shape)],
      op: (x) => tf.mirrorPad(x, limited, mode),
      reference: bordered(limited, (i, length) => at(i, length, mode === "reflect")),
    };
  }),
]);

const gathering: readonly Case[] = [0, 1, 2].flatMap((axis): Case[] => {
  const indices = axis === 0 ? [1, 0, 1] : [2, 0, 2, 1];
  return [{
    name: `gather along axis ${axis}`,
    inputs: [spread([2, 3, 5])],
    op: (x) => tf.gather(x, tf.tensor1d(indices, "int32"), axis),
    reference: take(
      (shape) => [...shape].with(axis, indices.length),
      (index) => index.with(axis, indices[index[axis]!]!),
    ),
  }];
});

const batches = [[2, 0, 2, 1], [1, 1, 0, 2]];
const batchGathering: readonly Case[] = [1, 2].map((axis) => ({
  name: `gather with batch dimensions along axis ${axis}`,
  inputs: [spread([2, 3, 4])],
  op: (x) => tf.gather(x, tf.tensor2d(batches, [2, 4], "int32"), axis, 1),
  reference: take(
    (shape) => [...shape].with(axis, 4),
    (index) => index.with(axis, batches[index[0]!]![index[axis]!]!),
  ),
}));

const pairsOfBatches = [[[1, 0, 1], [2, 2, 0]], [[0, 1, 2], [2, 1, 1]]];
const deepGathering: readonly Case[] = [2, 3].map((axis) => ({
  name: `gather with two batch dimensions along axis ${axis}`,
  inputs: [spread([2, 2, 3, 4])],
  op: (x) => tf.gather(x, tf.tensor3d(pairsOfBatches, [2, 2, 3], "int32"), axis, 2),
  reference: take(
    (shape) => [...shape].with(axis, 3),
    (index) => index.with(axis, pairsOfBatches[index[0]!]![index[1]!]![index[axis]!]!),
  ),
}));

/** Indices that come of what is differentiated: a step, of gradient 0. */
const gatheringByOrder: Case = {
  name: "gather by argMax",
  inputs: [spread([2, 3, 4])],
  op: (x) => tf.gather(x, tf.argMax(x, 2), 2, 1),
  reference: (x) =>
    take(
      () => [2, 3, 3],
      ([batch, row, i]) => {
        const start = (batch! * 3 + i!) * 4, line = [...x.data.slice(start, start + 4)];
        return [batch!, row!, line.indexOf(Math.max(...line))];
      },
    )(x),
};

const gatheringByMatrix: readonly Case[] = [{
  name: "gather by a matrix of indices",
  inputs: [spread([4, 3])],
  op: (x) => tf.gather(x, tf.tensor2d(batches, [2, 4], "int32")),
  reference: take(
    ([, width]) => [2, 4, width!],
    ([row, column, i]) => [batches[row!]![column!]!, i!],
  ),
}];

const ids = [2, 0, 2, 1, 0];
const crops: Pads = [[1, 0], [0, 1]];

/** Where a number of a batch of blocks lies in the map; `crops` are what is cut off. */
const toSpace = take(
  ([batch, height, width, channels]) => [batch! / 4, height! * 2 - 1, width! * 2 - 1, channels!],
  ([batch, row, column, channel], [batches]) => {
    const y = row! + crops[0]![0], x = column! + crops[1]![0];
    const block = (y % 2) * 2 + x % 2;
    return [block * batches! / 4 + batch!, Math.floor(y / 2), Math.floor(x / 2), channel!];
  },
);

const toBatch = take(
  (
    [batch, height, width, channels],
  ) => [batch! * 4, (height! + 1) / 2, (width! + 1) / 2, channels!],
  ([block, row, column, channel], [batches, height, width]) => {
    const which = Math.floor(block! / batches!);
    const y = row! * 2 + Math.floor(which / 2) - crops[0]![0];
    const x = column! * 2 + which % 2 - crops[1]![0];
    const isInside = y >= 0 && y < height! && x >= 0 && x < width!;
    return isInside ? [block! % batches!, y, x, channel!] : undefined;
  },
);

const part = (x: Values, axis: number, from: number, length: number) =>
  take((shape) => [...shape].with(axis, length), (index) => index.with(axis, index[axis]! + from))(
    x,
  );

const moving: readonly Case[] = [
  ...[[1, 0], [0, 1]].map((order): Case => ({
    name: `transpose to [${order}]`,
    inputs: [spread([3, 5])],
    op: (x) => tf.transpose(x, order),
    reference: transposed(order),
  })),
  ...[[2, 0, 1], [0, 2, 1], [2, 1, 0]].map((order): Case => ({
    name: `transpose to [${order}]`,
    inputs: [spread([2, 3, 5])],
    op: (x) => tf.transpose(x, order),
    reference: transposed(order),
  })),
  ...[[0, 3, 1, 2], [3, 0, 2, 1]].map((order): Case => ({
    name: `transpose to [${order}]`,
    inputs: [spread([2, 3, 2, 4])],
    op: (x) => tf.transpose(x, order),
    reference: transposed(order),
  })),
  {
    name: "reshape",
    inputs: [spread([2, 3, 5])],
    op: (x) => tf.reshape(x, [5, 6]),
    reference: reshaped([5, 6]),
  },
  {
    name: "expandDims",
    inputs: [spread([2, 3])],
    op: (x) => tf.expandDims(x, 1),
    reference: reshaped([2, 1, 3]),
  },
  {
    name: "squeeze",
    inputs: [spread([2, 1, 3])],
    op: (x) => tf.squeeze(x),
    reference: reshaped([2, 3]),
  },
  ...[[0], [2], [0, 1]].map((axes): Case => ({
    name: `reverse along [${axes}]`,
    inputs: [spread([2, 3, 5])],
    op: (x) => tf.reverse(x, axes),
    reference: take(
      (shape) => [...shape],
      (index, shape) => index.map((i, axis) => axes.includes(axis) ? shape[axis]! - 1 - i : i),
    ),
  })),
  ...[[2, 3], [1, 2], [3, 1]].map((times): Case => ({
    name: `tile by [${times}]`,
    inputs: [spread([2, 3])],
    op: (x) => tf.tile(x, times),
    reference: take(
      (shape) => shape.map((length, axis) => length * times[axis]!),
      (index, shape) => index.map((i, axis) => i % shape[axis]!),
    ),
  })),
  {
    name: "broadcastTo",
    inputs: [spread([3, 1])],
    op: (x) => tf.broadcastTo(x, [2, 3, 4]),
    reference: take(() => [2, 3, 4], ([, row]) => [row!, 0]),
  },
  {
    name: "slice",
    inputs: [spread([2, 4, 5])],
    op: (x) => tf.slice(x, [0, 1, 2], [2, 2, 3]),
    reference: take(() => [2, 2, 3], ([i, row, column]) => [i!, row! + 1, column! + 2]),
  },
  ...[0, 1, 2].map((axis): Case => ({
    name: `concat along axis ${axis}`,
    inputs: [2, 1, 3].map((length, seed) => spread([2, 3, 4].with(axis, length), -1, 1, seed)),
    op: (...tensors) => tf.concat(tensors, axis),
    reference: joined(axis),
  })),
  ...[0, 1].map((axis): Case => ({
    name: `split along axis ${axis}`,
    inputs: [spread([4, 4])],
    op: (x) => tf.split(x, [1, 3], axis)[1]!,
    reference: (x) => part(x, axis, 1, 3),
  })),
  ...[0, 1, 2].map((axis): Case => ({
    name: `stack along axis ${axis}`,
    inputs: [spread([2, 3], -1, 1, 1), spread([2, 3], -1, 1, 2)],
    op: (...tensors) => tf.stack(tensors, axis),
    reference: (...inputs) =>
      joined(axis)(...inputs.map(({ data }) => ({ shape: [2, 3].toSpliced(axis, 0, 1), data }))),
  })),
  ...[0, 1].map((axis): Case => ({
    name: `unstack along axis ${axis}`,
    inputs: [spread([2, 3])],
    op: (x) => tf.unstack(x, axis)[1]!,
    reference: (x) => ({ ...part(x, axis, 1, 1), shape: [axis === 0 ? 3 : 2] }),
  })),
  {
    name: "unsortedSegmentSum",
    inputs: [spread([5, 3])],
    op: (x) => tf.unsortedSegmentSum(x, tf.tensor1d(ids, "int32"), 3),
    reference: segmentSums(ids, 3),
  },
  {
    name: "batchToSpaceND",
    inputs: [spread([8, 2, 3, 2])],
    op: (x) => tf.batchToSpaceND(x, [2, 2], crops),
    reference: toSpace,
  },
  {
    name: "spaceToBatchND",
    inputs: [spread([2, 3, 5, 2])],
    op: (x) => tf.spaceToBatchND(x, [2, 2], crops),
    reference: toBatch,
  },
  {
    name: "stridedSlice",
    inputs: [spread([4, 5])],
    op: (x) => tf.stridedSlice(x, [0, 1], [4, 5], [2, 2]),
    reference: take(() => [2, 2], ([row, column]) => [row! * 2, column! * 2 + 1]),
  },
  {
    name: "depthToSpace",
    inputs: [spread([2, 2, 3, 4])],
    op: (x) => tf.depthToSpace(x as tf.Tensor4D, 2),
    reference: take(
      ([batch, height, width]) => [batch!, height! * 2, width! * 2, 1],
      ([batch, y, x]) => [batch!, y! >> 1, x! >> 1, (y! % 2) * 2 + x! % 2],
    ),
  },
];

/** The cases. */
export const rearranging: readonly Case[] = [
  ...moving,
  ...padding,
  ...gathering,
  ...batchGathering,
  ...deepGathering,
  gatheringByOrder,
  ...gatheringByMatrix,
];
