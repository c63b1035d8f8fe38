import * as tf from "../tf.ts";
import { checkRank, toPair } from "./arguments.ts";
import { resizeGradient } from "./interpolation.ts";
import { defineOperation, runKernelOr } from "./operation.ts";

interface Attributes {
  size: [height: number, width: number];
}

const run = defineOperation<"x", Attributes>({
  name: "weight-standardization/resize-bilinear",
  forward: ({ x }, { size }) => [tf.image.resizeBilinear(x as tf.Tensor4D, size, false, true)],
  inputsToSave: ["x"],
  outputsToSave: [false],
  gradient: (dy, saved) => ({ x: () => gradient(dy as tf.Tensor4D, saved[0] as tf.Tensor4D) }),
});

/**
 * Bilinear resize with half-pixel centres: output `i` is at the input coordinate
 * `(i + 0.5) * input / output - 0.5`. That is PyTorch's `interpolate` with `align_corners=False`,
 * and without antialiasing.
 *
 * TensorFlow.js computes the same forward, but its gradient ignores the half pixel.
 *
 * @param x float32 `[batch, height, width, channels]`
 * @param size the output's height and width
 * @returns `[batch, size[0], size[1], channels]`
 * @throws {TypeError} if `x` has another rank
 * @throws {RangeError} if a size is not whole and >= 1
 */
export function resizeBilinear(x: tf.Tensor4D, size: [height: number, width: number]): tf.Tensor4D {
  checkRank("resizeBilinear", "x", x, ["batch", "height", "width", "channels"]);
  return run({ x }, { size: toPair("resizeBilinear", "size", size) })[0] as tf.Tensor4D;
}

/** What a backend's own kernel needs so that the gradient, which is linear, can be differentiated. */
tf.registerGradient({
  kernelName: "weight-standardization/resize-bilinear-gradient",
  inputsToSave: ["dy", "x"],
  gradFunc: (upstream, saved) => {
    const [dy, x] = saved as [tf.Tensor4D, tf.Tensor4D];
    const size: [number, number] = [dy.shape[1], dy.shape[2]];
    return {
      dy: () => run({ x: upstream as tf.Tensor }, { size })[0]!,
      x: () => tf.zerosLike(x),
    };
  },
});

/** Kernel `weight-standardization/resize-bilinear-gradient`: inputs `dy`, `x`; one output. */
function gradient(dy: tf.Tensor4D, x: tf.Tensor4D): tf.Tensor4D {
  const compose = () => [resizeGradient(dy, x.shape[1], x.shape[2], "half-pixel")];
  const name = "weight-standardization/resize-bilinear-gradient";
  return runKernelOr(name, { dy, x }, {}, compose)[0] as tf.Tensor4D;
}
