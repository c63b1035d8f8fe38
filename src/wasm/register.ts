import * as tf from "../tf.ts";
import type { WasmBackend } from "./backend.ts";
import { registerWasmKernels } from "./kernels/mod.ts";
import { recordSteps } from "./recording/mod.ts";
import { takesOurCode } from "./support.ts";

/** Not an op: a kernel that is there for its `setupFunc` alone. */
const HOOK = "weight-standardization/extendWasm";

const BACKEND_NAME = "wasm";

/**
 * Adds to TensorFlow.js's wasm backend, for everything in the program, what this folder has. A
 * backend that is imported later gets it when it starts. Called again, it changes nothing.
 */
export function extendWasm(): void {
  if (tf.getKernel(HOOK, BACKEND_NAME) !== undefined) return;
  tf.registerKernel({
    kernelName: HOOK,
    backendName: BACKEND_NAME,
    setupFunc: (backend) => extend(backend as WasmBackend),
    kernelFunc: () => [],
  });
  const started = tf.engine().registry[BACKEND_NAME];
  if (started !== undefined) extend(started as WasmBackend);
}

/** Whenever the backend is chosen it is extended again, which then changes nothing. */
function extend(backend: WasmBackend): void {
  recordSteps(backend); // needs nothing of the processor
  if (takesOurCode(backend)) registerWasmKernels();
}
