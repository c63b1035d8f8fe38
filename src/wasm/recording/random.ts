/**
 * Random numbers of a step whose seed is an input of it: a kernel, so that a recording draws anew.
 *
 * @module
 */
import * as tf from "../../tf.ts";
import type { WasmBackend } from "../backend.ts";
import type { SwitchedBackend } from "./backend_methods.ts";

const KERNEL = "weight-standardization/stateless-random-uniform";

/** A backend that draws by a seed, as `randomUniform` of this library asks it to. */
interface Drawing extends WasmBackend {
  statelessRandomUniform?(shape: number[], seed: tf.Tensor1D): tf.Tensor;
}

/**
 * Gives the backend random numbers that depend on two numbers in a tensor alone: those that
 * TensorFlow.js draws with the seed `"first/second"`, as this library does on other backends.
 *
 * @param switched the backend
 */
export function drawBySeed(switched: SwitchedBackend): void {
  const backend: Drawing = switched.backend;
  if (tf.getKernel(KERNEL, "wasm") !== undefined) tf.unregisterKernel(KERNEL, "wasm"); // another's
  tf.registerKernel({
    kernelName: KERNEL,
    backendName: "wasm",
    kernelFunc({ inputs, attrs }) {
      const { seed } = inputs as { seed: tf.TensorInfo };
      const { shape } = attrs as unknown as { shape: number[] }; // as given below
      const values = drawn(switched, shape, seed.dataId);
      const output = backend.makeOutput(shape, "float32");
      backend.wasm.HEAPF32.set(values, backend.dataIdMap.get(output.dataId).memoryOffset >>> 2);
      return output;
    },
  });
  backend.statelessRandomUniform = (shape, seed) =>
    tf.engine().runKernel(KERNEL, { seed }, { shape }) as tf.Tensor;
}

/** TensorFlow.js's numbers, by ops that nothing watches. */
function drawn(switched: SwitchedBackend, shape: number[], seed: tf.DataId): Float32Array {
  const { stock } = switched;
  const [step, draw] = stock.readSync(seed) as Int32Array;
  return switched.with({}, () => {
    const numbers = tf.randomUniform(shape, 0, 1, "float32", `${step}/${draw}`);
    try {
      return stock.readSync(numbers.dataId) as Float32Array;
    } finally {
      numbers.dispose();
    }
  });
}
