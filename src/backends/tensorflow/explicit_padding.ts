/**
 * tfjs-node's convolutions and pools know the paddings `valid` and `same` alone. Here they learn
 * TensorFlow.js's other two forms, a number and a list, and `dimRoundingMode`: the map is padded
 * first.
 *
 * @module
 */
import { LOWEST_FLOAT32 } from "../../gradients/max_pool_gradient.ts";
import { type Borders, toBorders, type WindowAttributes } from "../../kernels/borders.ts";
import * as tf from "../../tf.ts";
import { BACKEND_NAME } from "./kernels.ts";

/** What fills the border: zeros, or for a maximum what nothing is below. */
const fill: Readonly<Record<string, number>> = {
  Conv2D: 0,
  DepthwiseConv2dNative: 0,
  MaxPool: LOWEST_FLOAT32,
  AvgPool: 0,
};

/** Replaces the kernels by ones that take every padding. */
export function allowExplicitPadding(): void {
  for (const kernelName of Object.keys(fill)) {
    const stock = tf.getKernel(kernelName, BACKEND_NAME)!;
    tf.unregisterKernel(kernelName, BACKEND_NAME);
    tf.registerKernel({ ...stock, kernelFunc: padFirst(kernelName, stock.kernelFunc) });
  }
}

function padFirst(kernelName: string, kernel: tf.KernelFunc): tf.KernelFunc {
  return ({ inputs, backend, attrs = {} }) => {
    // TensorFlow.js types a kernel's attributes loosely.
    const attributes = attrs as unknown as WindowAttributes;
    if (typeof attributes.pad === "string") return kernel({ inputs, backend, attrs });
    const unpadded = inputs.x as tf.Tensor4D;
    const borders = toBorders(unpadded.shape, inputs.filter?.shape, attributes);
    const run = (x: tf.Tensor4D) =>
      kernel({ inputs: { ...inputs, x }, backend, attrs: { ...attrs, pad: "valid" } }) as tf.Tensor;
    return tf.tidy(() => {
      const y = run(pad(unpadded, borders, fill[kernelName]!));
      return kernelName === "AvgPool" ? tf.div(y, shareOfInput(unpadded, borders, run)) : y;
    });
  };
}

/** The share of each window that lies in the map: an average is over that alone. */
function shareOfInput(
  { shape: [, height, width] }: tf.Tensor4D,
  borders: Borders[],
  average: (map: tf.Tensor4D) => tf.Tensor,
): tf.Tensor {
  return average(pad(tf.ones([1, height, width, 1]), borders, 0));
}

function pad(map: tf.Tensor4D, borders: Borders[], value: number): tf.Tensor4D {
  return tf.pad(map, borders as Parameters<typeof tf.pad4d>[1], value);
}
