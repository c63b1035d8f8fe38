/**
 * Repairs kernels of TensorFlow.js: a faulty case is rearranged before the kernel sees it.
 */
import * as tf from "../tf.ts";
import { runStock } from "./stock_kernels.ts";

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
   * Whether a call is affected. Every other call goes to the stock kernel unchanged, at the cost of
   * this check.
   *
   * @param inputs the kernel's inputs; those that are left out are `undefined`
   * @param attributes the kernel's attributes
   */
  applies(inputs: tf.NamedTensorMap, attributes: tf.NamedAttrMap): boolean;
  /**
   * Runs the kernel so that its values are right. Ops called here are not recorded on the tape, and
   * their tensors are disposed of.
   *
   * @param inputs the kernel's inputs; those that are left out are `undefined`
   * @param attributes the kernel's attributes
   * @param stock the original kernel
   */
  run(
    inputs: tf.NamedTensorMap,
    attributes: tf.NamedAttrMap,
    stock: Kernel,
  ): ReturnType<tf.KernelFunc>;
}

/** Marks a function as repaired, also for another copy of this library. */
const REPAIRED = Symbol.for("weight-standardization/repaired");

type Marked = tf.KernelFunc & { [REPAIRED]?: true };

/**
 * Replaces a backend's own kernels in the registry by the repaired ones, as far as that has
 * registered them. Repaired ones stay.
 *
 * @param repairs the repairs; of one kernel the last is tried first
 * @param backendName the backend
 */
export function applyRepairs(repairs: readonly KernelRepair[], backendName: string): void {
  const relevant = repairs.filter(({ backendNames }) => backendNames.includes(backendName));
  for (const kernelName of new Set(relevant.flatMap(({ kernelNames }) => kernelNames))) {
    const config = tf.getKernel(kernelName, backendName);
    if (config === undefined || (config.kernelFunc as Marked)[REPAIRED]) continue;
    const own = relevant.filter(({ kernelNames }) => kernelNames.includes(kernelName));
    const stock: tf.KernelFunc = (call) => runStock(kernelName, config.kernelFunc, call);
    const kernelFunc: Marked = own.reduce(wrap, stock);
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
