import * as tf from "../tf.ts";
import { losesNaNInRelu } from "./backend_traits.ts";
import { defineOperation, runKernelOr } from "./operation.ts";

const run = defineOperation<"x", Record<never, never>>({
  name: "weight-standardization/relu",
  // On wasm tf.relu turns a NaN whose sign bit is set into 0, and x86 sets it in 0 / 0.
  forward: ({ x }) => [losesNaNInRelu() ? tf.leakyRelu(x, 0) : tf.relu(x)],
  inputsToSave: [],
  outputsToSave: [true],
  gradient: (dy, saved) => ({ x: () => reluGradient(dy, saved[0] as tf.Tensor) }),
});

/**
 * `max(x, 0)`, elementwise. Its gradient is `dy` where the *output* is above 0, else 0: the output
 * is kept anyway as the next op's input, so that `x` can be freed. TensorFlow.js's own keeps `x`,
 * which costs ResNet-50 a quarter of its memory. NaN stays NaN; on wasm without SIMD, or with threads,
 * −∞ becomes NaN, too, and 0 may come as −0.
 *
 * @param x float32, any shape
 * @returns a tensor of the same shape
 */
export function relu<T extends tf.Tensor>(x: T): T {
  return run({ x }, {})[0] as T;
}

/** What a backend's own kernel needs so that the gradient can be differentiated again. */
tf.registerGradient({
  kernelName: "weight-standardization/relu-gradient",
  inputsToSave: ["dy", "y"],
  gradFunc: (upstream, saved) => ({
    dy: () => reluGradient(upstream as tf.Tensor, saved[1]!),
    y: () => tf.zerosLike(saved[1]!),
  }),
});

/** Kernel `weight-standardization/relu-gradient`: inputs `dy`, `y`; one output. */
function reluGradient(dy: tf.Tensor, y: tf.Tensor): tf.Tensor {
  const compose = () => [tf.mul(dy, tf.step(y))];
  return runKernelOr(
    "weight-standardization/relu-gradient",
    { dy, y },
    {},
    compose,
  )[0] as tf.Tensor;
}
