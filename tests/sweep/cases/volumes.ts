/** Convolutions in three dimensions, and transposed ones. */
import * as tf from "../../../src/tf.ts";
import type { Case } from "../case.ts";
import { convolution, transposedConvolution } from "../reference/windows.ts";
import { spread } from "../values.ts";
import { describe } from "./convolutions.ts";

type Pair = [number, number];
type Triple = [number, number, number];

const conv3d: readonly Case[] = ([[1, 1, 1], [2, 3, 2], [3, 1, 2]] as Triple[]).flatMap((taps) =>
  (["valid", "same"] as const).flatMap((pad) =>
    ([[1, 1, 1], [2, 2, 2], [1, 2, 3]] as Triple[]).map((strides): Case => {
      const window = { strides, pad };
      return {
        name: `conv3d ${describe(taps, window)}`,
        inputs: [spread([2, 3, 4, 5, 2], -1, 1, 1), spread([...taps, 2, 2], -1, 1, 2)],
        op: (x, kernel) => tf.conv3d(x as tf.Tensor5D, kernel as tf.Tensor5D, strides, pad),
        reference: convolution(window),
      };
    })
  )
);

const dilated3d: Case = {
  name: "conv3d 2×2×2 valid, dilations 1×2×2",
  inputs: [spread([2, 3, 4, 5, 2], -1, 1, 1), spread([2, 2, 2, 2, 2], -1, 1, 2)],
  op: (x, kernel) =>
    tf.conv3d(x as tf.Tensor5D, kernel as tf.Tensor5D, 1, "valid", "NDHWC", [1, 2, 2]),
  reference: convolution({ strides: [1, 1, 1], pad: "valid", dilations: [1, 2, 2] }),
};

/** Without gaps and with; the size of a map's rows is that which a convolution would reduce. */
const transposedConvolutions: readonly Case[] = ([
  ["same", [1, 1], [3, 4]],
  ["same", [2, 2], [5, 7]],
  ["valid", [2, 1], [7, 6]],
] as ["same" | "valid", Pair, Pair][]).map(([pad, strides, size]) => ({
  name: `conv2dTranspose ${describe([3, 3], { strides, pad })}`,
  inputs: [spread([2, 3, 4, 2], -1, 1, 1), spread([3, 3, 3, 2], -1, 1, 2)],
  op: (x, kernel) =>
    tf.conv2dTranspose(x as tf.Tensor4D, kernel as tf.Tensor4D, [2, ...size, 3], strides, pad),
  reference: transposedConvolution({ strides, pad }, size),
}));

/** Windows so far apart that they leave voxels out, at both ends were "same" to split them. */
const apart: readonly Case[] = ([
  [[1, 1, 1], [3, 3, 3], [3, 6, 4]],
  [[1, 3, 2], [4, 3, 4], [6, 5, 4]],
] as [Triple, Triple, Triple][]).map(([taps, strides, size]) => {
  const window = { strides, pad: "same" } as const;
  return {
    name: `conv3d ${describe(taps, window)}`,
    inputs: [spread([2, ...size, 2], -1, 1, 1), spread([...taps, 2, 2], -1, 1, 2)],
    op: (x, kernel) => tf.conv3d(x as tf.Tensor5D, kernel as tf.Tensor5D, strides, "same"),
    reference: convolution(window),
  };
});

const transposed: readonly Case[] = ([
  [[2, 2, 2], [2, 2, 2], [4, 6, 4]],
  [[2, 1, 1], [1, 3, 3], [2, 6, 5]],
  [[1, 2, 3], [3, 2, 1], [6, 5, 2]],
] as [Triple, Triple, Triple][]).map(([taps, strides, size]) => {
  const window = { strides, pad: "same" } as const;
  const outputs = size.map((length, axis) => Math.ceil(length / strides[axis]!));
  const shape: [number, ...Triple, number] = [2, ...size, 2];
  return {
    name: `conv3dTranspose ${describe(taps, window)}`,
    inputs: [spread([2, ...outputs, 2], -1, 1, 1), spread([...taps, 2, 2], -1, 1, 2)],
    op: (x, kernel) =>
      tf.conv3dTranspose(x as tf.Tensor5D, kernel as tf.Tensor5D, shape, strides, "same"),
    reference: transposedConvolution(window, size),
  };
});

/** The cases. */
export const volumes: readonly Case[] = [
  ...conv3d,
  ...apart,
  dilated3d,
  ...transposedConvolutions,
  ...transposed,
];
