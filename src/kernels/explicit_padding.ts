import type * as tf from "../tf.ts";
import { OWN_KERNELS } from "./backends.ts";
import { toBorders, type WindowAttributes } from "./borders.ts";
import type { KernelRepair } from "./repair.ts";

/** A gradient's kernel has the shape of its result as an attribute. */
interface Attributes extends WindowAttributes {
  inputShape?: number[];
  filterShape?: number[];
}

const applies: KernelRepair["applies"] = (_inputs, { pad, dimRoundingMode }) =>
  typeof pad === "number" || (typeof pad === "object" && Boolean(dimRoundingMode));

const run: KernelRepair["run"] = (inputs, attrs, stock) => {
  const attributes = attrs as unknown as Attributes; // what TensorFlow.js calls the kernel with
  const { inputShape, filterShape } = attributes;
  const borders = toBorders(
    inputs.x?.shape ?? inputShape!,
    inputs.filter?.shape ?? filterShape,
    attributes,
  );
  const explicit = { ...attributes, pad: borders, dimRoundingMode: null };
  return stock(inputs, explicit as unknown as tf.NamedAttrMap); // null is no attribute to its types
};

/**
 * With a number as padding TensorFlow.js takes the window's height and the vertical stride for both
 * axes: it counts too many or too few columns. And wasm's kernels count their outputs themselves,
 * without `dimRoundingMode`, and so write rows of another length; the pools of tensorflow ignore
 * it, too. A list of borders, long enough for the last window, avoids both.
 */
export const explicitPadding: readonly KernelRepair[] = [
  {
    kernelNames: [
      "Conv2D",
      "FusedConv2D",
      "Conv2DBackpropInput",
      "Conv2DBackpropFilter",
      "DepthwiseConv2dNative",
      "FusedDepthwiseConv2D",
      "DepthwiseConv2dNativeBackpropInput",
      "DepthwiseConv2dNativeBackpropFilter",
    ],
    backendNames: OWN_KERNELS,
    applies,
    run,
  },
  {
    kernelNames: ["MaxPool", "AvgPool"],
    backendNames: [...OWN_KERNELS, "tensorflow"],
    applies,
    run,
  },
];
