/**
 * TensorFlow as a backend of TensorFlow.js on Deno, without a native addon.
 *
 * @module
 */
import * as tf from "../../tf.ts";
import { TensorFlowBackend } from "./backend.ts";
import type { DeviceOptions } from "./config.ts";
import { makeConvolution } from "./fused/convolution.ts";
import { registerFusedKernels } from "./fused/mod.ts";
import type { Kind } from "./fused/native_convolution.ts";
import { probeDilations } from "./fused/probe.ts";
import { BACKEND_NAME, prepareKernels } from "./kernels.ts";
import { findLibrary, openLibrary } from "./library.ts";
import { registerStockKernels } from "./stock/mod.ts";
import { repairSoftmax } from "./softmax.ts";

export type { Attributes, AttributeValue } from "./attributes.ts";
export { TensorFlowBackend } from "./backend.ts";
export type { Cluster, ClusterTask } from "./cluster/cluster.ts";
export { ClusterError, WorkerLostError } from "../../training/workers/errors.ts";
export { clusterFromSlurm, type SlurmOptions, type Variables } from "./cluster/slurm.ts";
export { clusterFromTfConfig } from "./cluster/tf_config.ts";
export type { DeviceOptions } from "./config.ts";
export { joinCluster, type JoinOptions } from "./collectives/join_cluster.ts";
export type { TensorFlowWorkerGroup } from "./collectives/worker_group.ts";
export type { Device } from "./context.ts";
export type { DataTypeName } from "./dtypes.ts";
export { findLibrary, TensorFlowLibraryError } from "./library.ts";
export type { Captured, Step } from "../../training/capture.ts";
export { OutOfMemoryError, TensorFlowError } from "./status.ts";

/** Options of {@linkcode registerTensorFlowBackend}. */
export interface TensorFlowBackendOptions extends DeviceOptions {
  /**
   * The folder with TensorFlow's library.
   * @default {the one that TENSORFLOW_LIB names, else the one that `deno task setup` filled}
   */
  libraryFolder?: string;
}

/**
 * Registers the backend `tensorflow`, for `tf.setBackend("tensorflow")`. Needs `--allow-ffi`
 * without a scope, `--allow-read` and `--allow-env`. A second call returns the backend that is
 * registered, whatever its options; after that one's disposal, another.
 *
 * @returns the backend
 * @throws {TensorFlowLibraryError} where TensorFlow's library is absent, too old, or of another
 *   architecture
 * @throws {Error} where tfjs-node's own backend is registered
 * @throws {RangeError} where a number of threads is not an integer >= 0
 */
export function registerTensorFlowBackend(
  options: TensorFlowBackendOptions = {},
): TensorFlowBackend {
  const registered = tf.findBackend(BACKEND_NAME);
  if (registered instanceof TensorFlowBackend && !registered.eager.disposed) return registered;
  if (registered instanceof TensorFlowBackend) tf.removeBackend(BACKEND_NAME);
  else if (registered !== null) {
    throw new Error(
      "Cannot register the tensorflow backend as another one of that name is registered: import " +
        "either this one or @tensorflow/tfjs-node, not both",
    );
  }
  const { libraryFolder = findLibrary(), ...devices } = options;
  const backend = new TensorFlowBackend(openLibrary(libraryFolder), devices);
  const convolution = (kind: Kind) => makeConvolution(kind, probeDilations(backend.eager, kind));
  const [dense, depthwise] = [convolution("Conv2D"), convolution("DepthwiseConv2dNative")];
  prepareKernels();
  registerStockKernels(dense, depthwise);
  repairSoftmax();
  registerFusedKernels(dense, depthwise);
  tf.registerBackend(BACKEND_NAME, () => backend, PRIORITY);
  return backend;
}

/** Above every other backend of TensorFlow.js, of which webgpu and webgl are the highest. */
const PRIORITY = 4;
