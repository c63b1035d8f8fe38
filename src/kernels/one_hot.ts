import * as tf from "../tf.ts";
import type { KernelRepair } from "./repair.ts";

/** The kernel of wasm writes whole numbers, whose bits are then read as floats. */
export const oneHotFloats: KernelRepair = {
  kernelNames: ["OneHot"],
  backendNames: ["wasm"],
  applies: (_inputs, { dtype }) => dtype === "float32",
  run(inputs, attrs, stock) {
    const { onValue, offValue } = attrs as { onValue: number; offValue: number };
    const whole = { ...attrs, dtype: "int32", onValue: 1, offValue: 0 };
    const hot = tf.engine().makeTensorFromTensorInfo(stock(inputs, whole) as tf.TensorInfo);
    const places = tf.cast(hot, "bool");
    return tf.where(places, tf.fill(hot.shape, onValue), tf.fill(hot.shape, offValue));
  },
};
