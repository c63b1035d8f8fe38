import * as tf from "../../../tf.ts";
import { BACKEND_NAME, type NodeKernelBackend } from "../kernels.ts";
import { registerFusedKernel, type Runner } from "../fused/kernel.ts";

/** The backend, as far as these kernels need it. */
export interface StockRunner
  extends Runner, Pick<NodeKernelBackend, "applyActivation" | "binding" | "createOutputTensor"> {
  /** Whether a step is being recorded. */
  readonly recording: boolean;
}

/** One of TensorFlow.js's own kernels, made here. */
export interface StockKernel {
  /** Its name in TensorFlow.js. */
  name: string;
  /**
   * Computes the op's outputs; other tensors that it makes are disposed of.
   *
   * @param runner the backend
   * @param inputs the op's inputs; a list's under their indices
   * @param attributes the op's attributes, which TensorFlow.js types loosely
   */
  compute(
    runner: StockRunner,
    inputs: Readonly<Record<string, tf.Tensor>>,
    attributes: Readonly<Record<string, unknown>>,
  ): tf.Tensor | tf.Tensor[];
}

/** Registers a kernel for the `tensorflow` backend, in place of tfjs-node's if there is one. */
export function registerStockKernel({ name, compute }: StockKernel): void {
  if (tf.getKernel(name, BACKEND_NAME) !== undefined) tf.unregisterKernel(name, BACKEND_NAME);
  registerFusedKernel({
    name,
    compute: (runner, inputs, attributes) =>
      compute(runner as StockRunner, inputs as Record<string, tf.Tensor>, attributes),
  });
}
