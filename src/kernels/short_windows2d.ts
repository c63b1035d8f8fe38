import type * as tf from "../tf.ts";
import { toBorders, type WindowAttributes } from "./borders.ts";
import type { KernelRepair } from "./repair.ts";
import { extent, toPair } from "./windows.ts";

/**
 * With "same" the convolutions of wasm count their padding without a sign: where windows leave places
 * out, it comes out enormous, and they read nothing but zeros. A list of borders says 0 instead.
 */
export const shortWindows2d: KernelRepair = {
  kernelNames: ["Conv2D", "FusedConv2D", "DepthwiseConv2dNative", "FusedDepthwiseConv2D"],
  backendNames: ["wasm"],
  run(inputs, attrs, stock) {
    const attributes = attrs as unknown as WindowAttributes; // what TensorFlow.js calls it with
    const taps = inputs.filter!.shape, strides = toPair(attributes.strides);
    const dilations = toPair(attributes.dilations ?? 1);
    const isShort = strides.some((stride, i) => stride > extent(taps[i]!, dilations[i]!));
    if (attributes.pad !== "same" || !isShort) return stock(inputs, attrs);
    const pad = toBorders(inputs.x!.shape, taps, attributes);
    return stock(inputs, { ...attributes, pad } as unknown as tf.NamedAttrMap);
  },
};
