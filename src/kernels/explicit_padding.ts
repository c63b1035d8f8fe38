import type * as tf from "../tf.ts";
import { OWN_KERNELS } from "./backends.ts";
import { toBorders, type WindowAttributes } from "./borders.ts";
import type { KernelRepair } from "./repair.ts";

/**
 * With a number as padding TensorFlow.js takes the window's height and the vertical stride for both
 * axes: it counts too many or too few columns. And wasm's kernels count their outputs themselves,
 * without `dimRoundingMode`, and so write rows of another length. A list of borders, long enough for
 * the last window, says the same without either.
 */
export const explicitPadding: KernelRepair = {
  kernelNames: [
    "Conv2D",
    "FusedConv2D",
    "DepthwiseConv2dNative",
    "FusedDepthwiseConv2D",
    "MaxPool",
    "AvgPool",
  ],
  backendNames: OWN_KERNELS,
  run(inputs, attrs, stock) {
    const attributes = attrs as unknown as WindowAttributes; // what TensorFlow.js calls the kernel with
    const { pad, dimRoundingMode } = attributes;
    if (typeof pad === "string" || (typeof pad !== "number" && !dimRoundingMode)) {
      return stock(inputs, attrs);
    }
    const borders = toBorders(inputs.x!.shape, inputs.filter?.shape, attributes);
    const explicit = { ...attributes, pad: borders, dimRoundingMode: null };
    return stock(inputs, explicit as unknown as tf.NamedAttrMap);
  },
};
