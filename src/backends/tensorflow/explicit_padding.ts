/**
 * tfjs-node's convolutions and pools know the paddings `valid` and `same` alone. Here they learn
 * TensorFlow.js's other two forms, a number and a list: the map is padded first.
 *
 * @module
 */
import { LOWEST_FLOAT32 } from "../../gradients/max_pool_gradient.ts";
import * as tf from "../../tf.ts";
import { BACKEND_NAME } from "./kernels.ts";

type Pad = "valid" | "same" | number | readonly (readonly [number, number])[];

/** What fills the border: zeros, or for a maximum what nothing is below. */
const fill: Readonly<Record<string, number>> = {
  Conv2D: 0,
  DepthwiseConv2dNative: 0,
  MaxPool: LOWEST_FLOAT32,
};

/** Replaces the kernels by ones that take every padding. */
export function allowExplicitPadding(): void {
  for (const [kernelName, value] of Object.entries(fill)) {
    const stock = tf.getKernel(kernelName, BACKEND_NAME)!;
    tf.unregisterKernel(kernelName, BACKEND_NAME);
    tf.registerKernel({ ...stock, kernelFunc: padFirst(stock.kernelFunc, value) });
  }
}

function padFirst(kernel: tf.KernelFunc, value: number): tf.KernelFunc {
  return ({ inputs, backend, attrs = {} }) => {
    // TensorFlow.js types a kernel's attributes loosely.
    const { pad, dataFormat = "NHWC" } = attrs as unknown as { pad: Pad; dataFormat?: string };
    if (typeof pad === "string") return kernel({ inputs, backend, attrs });
    return tf.tidy(() => {
      const x = tf.pad(inputs.x as tf.Tensor4D, borders(pad, dataFormat), value);
      return kernel({
        inputs: { ...inputs, x },
        backend,
        attrs: { ...attrs, pad: "valid" },
      }) as tf.Tensor;
    });
  };
}

/** A list already has the map's four axes, in the order of NHWC. */
function borders(
  pad: Exclude<Pad, string>,
  dataFormat: string,
): [[number, number], [number, number], [number, number], [number, number]] {
  const [, height, width] = typeof pad === "number"
    ? [[0, 0], [pad, pad], [pad, pad]] as const
    : pad;
  const [rows, columns]: [number, number][] = [[...height!], [...width!]];
  return dataFormat === "NCHW"
    ? [[0, 0], [0, 0], rows!, columns!]
    : [[0, 0], rows!, columns!, [0, 0]];
}
