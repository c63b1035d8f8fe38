import { OWN_KERNELS } from "../../kernels/backends.ts";
import type { KernelRepair } from "../../kernels/repair.ts";
import { toTriple } from "../../kernels/windows.ts";
import * as tf from "../../tf.ts";
import { conv3dInputGradient } from "../conv3d_gradients.ts";
import { type StockAttributes3D, toStockVolume } from "../stock_attributes.ts";

const run: KernelRepair["run"] = (inputs, attrs) => {
  const { inputShape, ...attributes } = attributesOf(attrs);
  const { dy, filter } = inputs as { dy: tf.Tensor5D; filter: tf.Tensor5D };
  const x = tf.zeros<tf.Rank.R5>(inputShape); // for its shape alone
  return conv3dInputGradient(dy, filter, toStockVolume(x, tapsOf(filter), dy, attributes));
};

/**
 * `tf.conv3dTranspose` itself, whose kernel elsewhere is the gradient of `tf.conv3d`: with "same"
 * it begins late where the window is smaller than the stride, as that does, and on wasm it leaves
 * most sums out.
 */
export const conv3dTransposeKernel: readonly KernelRepair[] = [
  { kernelNames: ["Conv3DBackpropInputV2"], backendNames: ["wasm"], applies: () => true, run },
  {
    kernelNames: ["Conv3DBackpropInputV2"],
    backendNames: OWN_KERNELS.filter((name) => name !== "wasm"),
    applies({ filter }, attrs) {
      const { strides, pad } = attributesOf(attrs);
      const taps = tapsOf(filter as tf.Tensor5D);
      return pad === "same" && toTriple(strides).some((stride, axis) => stride > taps[axis]!);
    },
    run,
  },
];

/** What TensorFlow.js calls the kernel with. */
function attributesOf(attrs: tf.NamedAttrMap) {
  // What TensorFlow.js calls it with, and types loosely.
  return attrs as unknown as StockAttributes3D & { inputShape: tf.Tensor5D["shape"] };
}

function tapsOf({ shape: [depth, height, width] }: tf.Tensor5D): [number, number, number] {
  return [depth, height, width];
}
