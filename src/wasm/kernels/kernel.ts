import * as tf from "../../tf.ts";
import type { WasmBackend } from "../backend.ts";
import { Workspace } from "./workspace.ts";

/** The name under which TensorFlow.js knows the backend. */
export const BACKEND_NAME = "wasm";

/**
 * A kernel of this folder. What it computes may depend on the values of its inputs, their shapes and
 * the attributes alone, so that the call can be recorded and run again on other values.
 */
export interface WasmKernel {
  /** The op: `weight-standardization/…`. */
  readonly name: string;
  /** Computes the outputs, which it makes in the workspace. */
  readonly compute: (
    workspace: Workspace,
    inputs: Readonly<Record<string, tf.TensorInfo>>,
    attributes: Readonly<Record<string, unknown>>,
  ) => tf.TensorInfo | tf.TensorInfo[];
}

/** What was registered of each kernel: the registry may hold a composition of that name instead. */
const functions = new WeakMap<WasmKernel, tf.KernelFunc>();

/**
 * Registers a kernel, in the place of what the registry holds under its name. Called again, it
 * changes nothing.
 *
 * @param kernel the kernel
 */
export function registerWasmKernel(kernel: WasmKernel): void {
  const kernelFunc = functions.get(kernel) ?? toKernelFunc(kernel);
  functions.set(kernel, kernelFunc);
  const there = tf.getKernel(kernel.name, BACKEND_NAME);
  if (there?.kernelFunc === kernelFunc) return;
  if (there !== undefined) tf.unregisterKernel(kernel.name, BACKEND_NAME);
  tf.registerKernel({ kernelName: kernel.name, backendName: BACKEND_NAME, kernelFunc });
}

function toKernelFunc({ compute }: WasmKernel): tf.KernelFunc {
  return ({ inputs, attrs, backend }) => {
    const workspace = new Workspace(backend as WasmBackend);
    try {
      // TensorFlow.js lets an input be an array: none of these kernels' is.
      return compute(workspace, inputs as Record<string, tf.TensorInfo>, attrs ?? {});
    } finally {
      workspace.end();
    }
  };
}
