import * as tf from "../../tf.ts";
import { runStock } from "../../kernels/stock_kernels.ts";
import type { WasmBackend } from "../backend.ts";
import { Workspace } from "./workspace.ts";

/** The name under which TensorFlow.js knows the backend. */
export const BACKEND_NAME = "wasm";

/**
 * A kernel of this folder. What it computes may depend on the values of its inputs, their shapes and
 * the attributes alone, so that the call can be recorded and run again on other values.
 */
export interface WasmKernel {
  /** The op: `weight-standardization/…`, or one of TensorFlow.js's. */
  readonly name: string;
  /**
   * Of a kernel of TensorFlow.js's: which calls are computed here. The others are run as they were.
   */
  readonly replaces?: (
    inputs: Readonly<Record<string, tf.TensorInfo>>,
    attributes: Readonly<Record<string, unknown>>,
  ) => boolean;
  /**
   * Computes the outputs, which it makes in the workspace. Inputs that are a list have its places for
   * names.
   */
  readonly compute: (
    workspace: Workspace,
    inputs: Readonly<Record<string, tf.TensorInfo>>,
    attributes: Readonly<Record<string, unknown>>,
  ) => tf.TensorInfo | tf.TensorInfo[];
}

/** A kernel in the registry. */
interface Registered {
  readonly config: tf.KernelConfig;
  /** TensorFlow.js's own of that name, which runs what ours does not. */
  readonly stock: tf.KernelConfig | undefined;
}

/** What was registered of each kernel: the registry may hold a composition of that name instead. */
const registrations = new WeakMap<WasmKernel, Registered>();

/**
 * Registers a kernel, in the place of what the registry holds under its name. Called again, it
 * changes nothing.
 *
 * @param kernel the kernel
 */
export function registerWasmKernel(kernel: WasmKernel): void {
  const { name } = kernel, there = tf.getKernel(name, BACKEND_NAME);
  const known = registrations.get(kernel);
  if (known !== undefined && there?.kernelFunc === known.config.kernelFunc) return;
  const stock = kernel.replaces && there;
  if (kernel.replaces !== undefined && stock === undefined) return; // a build without it
  const isSame = known !== undefined && known.stock === stock;
  const { config } = isSame ? known : { config: toConfig(kernel, stock) };
  registrations.set(kernel, { config, stock });
  if (there !== undefined) tf.unregisterKernel(name, BACKEND_NAME);
  tf.registerKernel(config);
}

/**
 * Takes a kernel back: what there was of TensorFlow.js's under that name is there again.
 *
 * @param kernel the kernel
 */
export function unregisterWasmKernel(kernel: WasmKernel): void {
  if (tf.getKernel(kernel.name, BACKEND_NAME) === undefined) return;
  const stock = registrations.get(kernel)?.stock;
  tf.unregisterKernel(kernel.name, BACKEND_NAME);
  if (stock !== undefined) tf.registerKernel(stock);
}

function toConfig(kernel: WasmKernel, stock: tf.KernelConfig | undefined): tf.KernelConfig {
  const { name, replaces } = kernel, own = toKernelFunc(kernel);
  if (stock === undefined) return { kernelName: name, backendName: BACKEND_NAME, kernelFunc: own };
  const kernelFunc: tf.KernelFunc = (call) =>
    replaces!(call.inputs as Record<string, tf.TensorInfo>, call.attrs ?? {})
      ? own(call)
      : runStock(name, stock.kernelFunc, call);
  return { ...stock, kernelFunc };
}

function toKernelFunc({ compute }: WasmKernel): tf.KernelFunc {
  return ({ inputs, attrs, backend }) => {
    const workspace = new Workspace(backend as WasmBackend);
    try {
      return compute(workspace, inputs as Record<string, tf.TensorInfo>, attrs ?? {});
    } finally {
      workspace.end();
    }
  };
}
