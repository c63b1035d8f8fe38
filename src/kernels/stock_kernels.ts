/**
 * How repairs run the kernels that they repair: not through TensorFlow.js's registry, so who
 * watches that sees them here.
 */
import type * as tf from "../tf.ts";

/** What a kernel is called with. */
export type KernelCall = Parameters<tf.KernelFunc>[0];

/** Runs a kernel. */
export type KernelRunner = (
  kernelName: string,
  kernel: tf.KernelFunc,
  call: KernelCall,
) => ReturnType<tf.KernelFunc>;

const plainly: KernelRunner = (_, kernel, call) => kernel(call);

let runner = plainly;

/** Runs a stock kernel. */
export const runStock: KernelRunner = (...all) => runner(...all);

/**
 * Lets another run stock kernels for a while.
 *
 * @param watching runs them
 * @returns undoes it
 */
export function watchStock(watching: KernelRunner): () => void {
  runner = watching;
  return () => void (runner = plainly);
}
