/**
 * How a kernel of TensorFlow.js is repaired: what is wrong is put right before the kernel sees it.
 */
import * as tf from "../tf.ts";

/** A kernel, as a repair sees it. */
export type Kernel = (
  inputs: tf.NamedTensorMap,
  attributes: tf.NamedAttrMap,
) => ReturnType<tf.KernelFunc>;

/** A repair of kernels that share a fault. */
export interface KernelRepair {
  /** The kernels. */
  kernelNames: readonly string[];
  /** The backends whose kernels have the fault. */
  backendNames: readonly string[];
  /**
   * Whether a call meets the fault. Every other call goes to the stock kernel as it came, and pays
   * for this question alone.
   *
   * @param inputs the kernel's inputs; those that are left out are `undefined`
   * @param attributes the kernel's attributes
   */
  applies(inputs: tf.NamedTensorMap, attributes: tf.NamedAttrMap): boolean;
  /**
   * Runs the kernel so that its values are right. Ops that are called in here are not recorded on
   * the tape, and their tensors are disposed of.
   *
   * @param inputs the kernel's inputs; those that are left out are `undefined`
   * @param attributes the kernel's attributes
   * @param stock the kernel as it was
   */
  run(
    inputs: tf.NamedTensorMap,
    attributes: tf.NamedAttrMap,
    stock: Kernel,
  ): ReturnType<tf.KernelFunc>;
}

/** What marks a function as repaired, for another copy of this library too. */
const REPAIRED = Symbol.for("weight-standardization/repaired");

type Marked = tf.KernelFunc & { [REPAIRED]?: true };

/**
 * Puts the repaired kernels into the registry in the place of a backend's own, as far as that has
 * registered them. Those that are there already stay.
 *
 * @param repairs the repairs; of one kernel the last is asked first
 * @param backendName the backend
 */
export function applyRepairs(repairs: readonly KernelRepair[], backendName: string): void {
  const relevant = repairs.filter(({ backendNames }) => backendNames.includes(backendName));
  for (const kernelName of new Set(relevant.flatMap(({ kernelNames }) => kernelNames))) {
    const config = tf.getKernel(kernelName, backendName);
    if (config === undefined || (config.kernelFunc as Marked)[REPAIRED]) continue;
    const own = relevant.filter(({ kernelNames }) => kernelNames.includes(kernelName));
    const kernelFunc: Marked = own.reduce(wrap, config.kernelFunc);
    kernelFunc[REPAIRED] = true;
    tf.unregisterKernel(kernelName, backendName); // what is overwritten is warned of
    tf.registerKernel({ ...config, kernelFunc });
  }
}

function wrap(stock: tf.KernelFunc, repair: KernelRepair): tf.KernelFunc {
  return (call) => {
    const { backend, attrs = {} } = call;
    const inputs = call.inputs as tf.NamedTensorMap; // the engine hands tensors to a kernel
    if (!repair.applies(inputs, attrs)) return stock(call);
    const kernel: Kernel = (inputs, attrs) => stock({ inputs, backend, attrs });
    // What stock kernels return, tidy passes through.
    return tf.tidy(() => repair.run(inputs, attrs, kernel) as tf.Tensor);
  };
}
