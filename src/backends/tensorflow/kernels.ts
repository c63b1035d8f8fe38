/**
 * TensorFlow.js's kernels for the `tensorflow` backend: those of tfjs-node, of which only the
 * JavaScript is used (its native addon is replaced by this folder's binding). Some of them are
 * replaced by those in `stock/`.
 *
 * @module
 */
import util from "node:util";
import * as tfjsNode from "npm:@tensorflow/tfjs-node-gpu@4.22.0/dist/nodejs_kernel_backend.js";
import "npm:@tensorflow/tfjs-node-gpu@4.22.0/dist/register_all_kernels.js";
import type * as tf from "../../tf.ts";
import type { OperationAttribute } from "./attributes.ts";
import type { Binding, TensorMetadata } from "./binding.ts";

/** The name that tfjs-node's kernels are registered for. */
export const BACKEND_NAME = "tensorflow";

/** tfjs-node's backend, as far as this folder calls it. */
export interface NodeKernelBackend extends tf.KernelBackend {
  binding: Binding;
  executeMultipleOutputs(
    name: string,
    attributes: OperationAttribute[],
    inputs: tf.Tensor[],
    outputCount: number,
  ): tf.Tensor[];
  getInputTensorIds(tensors: tf.Tensor[]): number[];
  createOutputTensor(metadata: TensorMetadata): tf.Tensor;
  applyActivation(
    input: tf.Tensor,
    activation: string | undefined,
    preluActivationWeights: tf.Tensor | undefined,
    leakyreluAlpha: number | undefined,
  ): tf.Tensor;
}

/**
 * tfjs-node's backend class. The cast opens methods that its types call private, and lets a
 * binding do without what belongs to the native addon and to SavedModels.
 */
export const NodeKernelBackend: new (binding: Binding, packageName: string) => NodeKernelBackend =
  tfjsNode.NodeJSKernelBackend as unknown as typeof NodeKernelBackend;

/** Two helpers that Node.js has removed and that tfjs-node's kernels still call. */
interface RemovedHelpers {
  isNullOrUndefined?(value: unknown): boolean;
  isArray?(value: unknown): boolean;
}

/** Makes the kernels usable: restores what they call. */
export function prepareKernels(): void {
  const helpers = util as RemovedHelpers;
  helpers.isNullOrUndefined ??= (value) => value === null || value === undefined;
  helpers.isArray ??= Array.isArray;
}
