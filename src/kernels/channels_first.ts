import * as tf from "../tf.ts";
import type { KernelRepair } from "./repair.ts";

const applies: KernelRepair["applies"] = (_inputs, { dataFormat }) => dataFormat === "NCHW";

const run: KernelRepair["run"] = (inputs, attrs, stock) => {
  const x = tf.transpose(inputs.x as tf.Tensor4D, [0, 2, 3, 1]);
  const { pad } = attrs;
  const last = { ...attrs, dataFormat: "NHWC", pad: Array.isArray(pad) ? channelsLast(pad) : pad };
  const y = stock({ ...inputs, x }, last as typeof attrs);
  const map = tf.engine().makeTensorFromTensorInfo(y as tf.TensorInfo) as tf.Tensor4D;
  return tf.transpose(map, [0, 3, 1, 2]);
};

function channelsLast([batch, channels, height, width]: unknown[]): unknown[] {
  return [batch, height, width, channels];
}

/**
 * On cpu and wasm depthwise convolutions read a map with its channels first as if they were last.
 * Dense ones refuse it on wasm, and on webgpu at some sizes, which it lays out as if for the last.
 */
export const channelsFirst: readonly KernelRepair[] = [
  { kernelNames: ["DepthwiseConv2dNative"], backendNames: ["cpu", "wasm"], applies, run },
  { kernelNames: ["Conv2D"], backendNames: ["wasm", "webgpu"], applies, run },
];
