import * as tf from "../tf.ts";
import { OWN_KERNELS } from "./backends.ts";
import type { KernelRepair } from "./repair.ts";
import { extent, toTriple } from "./windows.ts";

type Size = number | [number, number, number];

/** The attributes of `Conv3D`, `MaxPool3D` and `AvgPool3D`. */
interface Attributes {
  strides: Size;
  pad: "valid" | "same" | number;
  filterSize?: Size;
  dilations?: Size;
}

/**
 * TensorFlow.js splits the padding of "same" in two halves, and where the windows leave voxels out
 * that is below 0: half of these are then before the first window. All of them belong after the
 * last one, as in 2-D. Without them the padding is 0. TensorFlow's pools, and its convolution where
 * oneDNN is off, do the same from two voxels on.
 */
export const shortWindows3d: KernelRepair = {
  kernelNames: ["Conv3D", "MaxPool3D", "AvgPool3D"],
  backendNames: [...OWN_KERNELS, "tensorflow"],
  applies(inputs, attrs) {
    return attrs.pad === "same" && `${shapeRead(inputs, attrs)}` !== `${inputs.x!.shape}`;
  },
  run(inputs, attrs, stock) {
    const x = tf.slice(inputs.x as tf.Tensor5D, [0, 0, 0, 0, 0], shapeRead(inputs, attrs));
    return stock({ ...inputs, x }, attrs);
  },
};

/** The shape of what the windows read. */
function shapeRead(
  { x, filter }: tf.NamedTensorMap,
  attrs: tf.NamedAttrMap,
): [number, number, number, number, number] {
  // What TensorFlow.js calls the kernel with.
  const { strides, filterSize = 1, dilations = 1 } = attrs as unknown as Attributes;
  const { shape } = x as tf.Tensor5D;
  const stride = toTriple(strides), dilation = toTriple(dilations);
  const taps = filter?.shape ?? toTriple(filterSize);
  const length = (axis: 0 | 1 | 2) => {
    const input = shape[axis + 1]!, step = stride[axis];
    const last = (Math.ceil(input / step) - 1) * step;
    return Math.min(input, last + extent(taps[axis]!, dilation[axis]));
  };
  return [shape[0], length(0), length(1), length(2), shape[4]];
}
