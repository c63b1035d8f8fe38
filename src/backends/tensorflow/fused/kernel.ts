import * as tf from "../../../tf.ts";
import type { Attributes } from "../attributes.ts";
import { BACKEND_NAME } from "../kernels.ts";

/** What a fused kernel needs of its backend. */
export interface Runner {
  /** Whether its operations run on a GPU. */
  readonly onGpu: boolean;
  /** Runs one operation of TensorFlow. */
  run(
    name: string,
    attributes: Attributes,
    inputs: readonly tf.Tensor[],
    outputCount: number,
  ): tf.Tensor[];
  /** `tensor`, which in a captured step waits for `after`. */
  runAfter(tensor: tf.Tensor, after: tf.Tensor): tf.Tensor;
}

/**
 * A kernel that stands in for one of the library's: same name, inputs, attributes and outputs, by
 * TensorFlow's own operations.
 */
export interface FusedKernel {
  /** `weight-standardization/…` */
  name: string;
  /** Computes the outputs; what else it makes is tidied away. */
  compute(
    runner: Runner,
    inputs: Readonly<Record<string, tf.Tensor | undefined>>,
    attributes: Readonly<Record<string, unknown>>,
  ): tf.Tensor | tf.Tensor[];
}

/**
 * Registers a fused kernel for the `tensorflow` backend.
 *
 * @param kernel the kernel
 */
export function registerFusedKernel({ name, compute }: FusedKernel): void {
  tf.registerKernel({
    kernelName: name,
    backendName: BACKEND_NAME,
    kernelFunc: ({ inputs, backend, attrs }) =>
      tf.tidy(() =>
        compute(
          backend as Runner,
          inputs as Record<string, tf.Tensor | undefined>,
          (attrs ?? {}) as Record<string, unknown>,
        )
      ),
  });
}
