/**
 * TensorFlow.js's kernels for the `tensorflow` backend: those of tfjs-node, of which only the
 * JavaScript is used (its native addon is replaced by this folder's binding), with one replaced.
 *
 * @module
 */
import util from "node:util";
import * as tfjsNode from "npm:@tensorflow/tfjs-node-gpu@4.22.0/dist/nodejs_kernel_backend.js";
import "npm:@tensorflow/tfjs-node-gpu@4.22.0/dist/register_all_kernels.js";
import * as tf from "../../tf.ts";
import type { Attributes, OperationAttribute } from "./attributes.ts";
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
}

/**
 * tfjs-node's backend class. The cast opens two methods that its types call private, and lets a
 * binding do without what belongs to the native addon and to SavedModels.
 */
export const NodeKernelBackend: new (binding: Binding, packageName: string) => NodeKernelBackend =
  tfjsNode.NodeJSKernelBackend as unknown as typeof NodeKernelBackend;

/** Two helpers that Node.js has removed and that tfjs-node's kernels still call. */
interface RemovedHelpers {
  isNullOrUndefined?(value: unknown): boolean;
  isArray?(value: unknown): boolean;
}

/** What the replaced kernel needs of its backend. */
interface Runner {
  run(name: string, attributes: Attributes, inputs: tf.Tensor[], outputs: number): tf.Tensor[];
}

/** Makes the kernels usable: restores what they call, and replaces the one that reads values. */
export function prepareKernels(): void {
  const helpers = util as RemovedHelpers;
  helpers.isNullOrUndefined ??= (value) => value === null || value === undefined;
  helpers.isArray ??= Array.isArray;
  tf.unregisterKernel("GatherV2", BACKEND_NAME);
  tf.registerKernel({ kernelName: "GatherV2", backendName: BACKEND_NAME, kernelFunc: gather });
}

/**
 * tfjs-node's gather reads the indices back to check them in JavaScript, which stops the device
 * and cannot be captured. TensorFlow checks them itself (on a CPU; a GPU yields zeros).
 */
const gather: tf.KernelFunc = ({ inputs, backend, attrs }) => {
  // TensorFlow.js types a kernel's inputs and attributes loosely.
  const { x, indices } = inputs as unknown as { x: tf.Tensor; indices: tf.Tensor };
  const { axis, batchDims } = attrs as unknown as { axis: number; batchDims: number };
  const axisTensor = tf.scalar(axis, "int32");
  const attributes: Attributes = {
    batch_dims: { int: batchDims },
    Tparams: { type: x.dtype },
    Tindices: { type: "int32" },
    Taxis: { type: "int32" },
  };
  try {
    const [result] = (backend as Runner).run("GatherV2", attributes, [x, indices, axisTensor], 1);
    return result as tf.Tensor;
  } finally {
    axisTensor.dispose();
  }
};
