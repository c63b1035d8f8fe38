import * as tf from "../tf.ts";
import { OWN_KERNELS } from "./backends.ts";
import type { KernelRepair } from "./repair.ts";

/** The kernels read a map with its channels first as if they were last. */
export const depthwiseChannelsFirst: KernelRepair = {
  kernelNames: ["DepthwiseConv2dNative"],
  backendNames: OWN_KERNELS,
  run(inputs, attrs, stock) {
    if (attrs.dataFormat !== "NCHW") return stock(inputs, attrs);
    const x = tf.transpose(inputs.x as tf.Tensor4D, [0, 2, 3, 1]);
    const { pad } = attrs;
    const last = {
      ...attrs,
      dataFormat: "NHWC",
      pad: Array.isArray(pad) ? channelsLast(pad) : pad,
    };
    const y = stock({ ...inputs, x }, last as typeof attrs);
    const map = tf.engine().makeTensorFromTensorInfo(y as tf.TensorInfo) as tf.Tensor4D;
    return tf.transpose(map, [0, 3, 1, 2]);
  },
};

function channelsLast([batch, channels, height, width]: unknown[]): unknown[] {
  return [batch, height, width, channels];
}
