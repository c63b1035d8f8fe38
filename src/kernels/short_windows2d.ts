import type * as tf from "../tf.ts";
import { toBorders, type WindowAttributes } from "./borders.ts";
import type { KernelRepair } from "./repair.ts";
import { extent, toPair } from "./windows.ts";

/**
 * With "same" the convolutions of wasm count their padding without a sign: where windows leave
 * places out, it comes out enormous, and they read nothing but zeros. A list of borders says 0
 * instead.
 */
export const shortWindows2d: KernelRepair = {
  kernelNames: ["Conv2D", "FusedConv2D", "DepthwiseConv2dNative", "FusedDepthwiseConv2D"],
  backendNames: ["wasm"],
  applies({ filter }, attrs) {
    if (attrs.pad !== "same") return false;
    const { strides, dilations } = attrs as unknown as WindowAttributes; // as TensorFlow.js calls it
    const steps = toPair(dilations ?? 1);
    return toPair(strides).some((stride, i) => stride > extent(filter!.shape[i]!, steps[i]!));
  },
  run(inputs, attrs, stock) {
    const attributes = attrs as unknown as WindowAttributes; // as above
    const pad = toBorders(inputs.x!.shape, inputs.filter!.shape, attributes);
    // Lists of pairs are no attributes to its types.
    return stock(inputs, { ...attributes, pad } as unknown as tf.NamedAttrMap);
  },
};
