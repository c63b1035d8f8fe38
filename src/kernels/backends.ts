/** The backends whose kernels are TensorFlow.js's own; `tensorflow` has TensorFlow's. */
export const OWN_KERNELS: readonly string[] = ["cpu", "wasm", "webgl", "webgpu"];
