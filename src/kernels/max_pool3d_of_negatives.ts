import * as tf from "../tf.ts";
import type { KernelRepair } from "./repair.ts";
import { toTriple } from "./windows.ts";

type Size = number | [number, number, number];

/** The attributes of `MaxPool3D`. */
interface Attributes {
  filterSize: Size;
  strides: Size;
  pad: "valid" | "same" | number;
  dimRoundingMode?: "floor" | "round" | "ceil" | null;
}

/**
 * The kernel of wasm begins at the smallest positive number instead of the lowest one. A maximum
 * over a box is one over its depth of those over its planes, and wasm pools planes correctly.
 */
export const maxPool3dOfNegatives: KernelRepair = {
  kernelNames: ["MaxPool3D"],
  backendNames: ["wasm"],
  applies: () => true,
  run(inputs, attrs) {
    // What TensorFlow.js calls it with, and types loosely.
    const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as Attributes;
    const x = inputs.x as tf.Tensor5D;
    const [batch, depth, height, width, channels] = x.shape;
    const window = toTriple(filterSize), stride = toTriple(strides);
    const rounding = dimRoundingMode ?? undefined;
    const pool = (x: tf.Tensor4D, taps: [number, number], steps: [number, number], pad: Pad) =>
      tf.maxPool(x, taps, steps, pad, rounding);
    const planes = pool(
      tf.reshape(x, [batch * depth, height, width, channels]),
      [window[1], window[2]],
      [stride[1], stride[2]],
      pad,
    );
    const [, rows, columns] = planes.shape;
    const lines = tf.reshape<tf.Rank.R4>(planes, [batch, depth, rows * columns, channels]);
    const y = pool(lines, [window[0], 1], [stride[0], 1], depthOnly(pad));
    return tf.reshape(y, [batch, y.shape[1], rows, columns, channels]);
  },
};

type Pad = Parameters<typeof tf.maxPool>[3];

function depthOnly(pad: Attributes["pad"]): Pad {
  return typeof pad === "number" ? [[0, 0], [pad, pad], [0, 0], [0, 0]] : pad;
}
