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

const run: KernelRepair["run"] = (inputs, attrs, stock) => {
  const attributes = attrs as unknown as Attributes; // what TensorFlow.js calls the kernel with
  if (attributes.pad !== "same") return stock(inputs, attrs);
  const x = inputs.x as tf.Tensor5D;
  const size = lengthsRead(x.shape, inputs.filter?.shape, attributes);
  if (`${size}` === `${x.shape}`) return stock(inputs, attrs);
  return stock({ ...inputs, x: tf.slice(x, [0, 0, 0, 0, 0], size) }, attrs);
};

/**
 * TensorFlow.js splits the padding of "same" in two halves, and where the windows leave voxels out
 * that is below 0: half of these lie before the first window then. All of them belong behind the
 * last one, as in 2-D. Without them the padding is 0. TensorFlow's pools do the same from two voxels
 * on.
 */
export const shortWindows3d: readonly KernelRepair[] = [
  { kernelNames: ["Conv3D"], backendNames: OWN_KERNELS, run },
  { kernelNames: ["MaxPool3D", "AvgPool3D"], backendNames: [...OWN_KERNELS, "tensorflow"], run },
];

/** The shape of what the windows read. */
function lengthsRead(
  shape: readonly number[],
  filterShape: readonly number[] | undefined,
  { strides, filterSize = 1, dilations = 1 }: Attributes,
): [number, number, number, number, number] {
  const stride = toTriple(strides), dilation = toTriple(dilations);
  const taps = filterShape ?? toTriple(filterSize);
  const length = (axis: 0 | 1 | 2) => {
    const input = shape[axis + 1]!, step = stride[axis];
    const last = (Math.ceil(input / step) - 1) * step;
    return Math.min(input, last + extent(taps[axis]!, dilation[axis]));
  };
  return [shape[0]!, length(0), length(1), length(2), shape[4]!];
}
