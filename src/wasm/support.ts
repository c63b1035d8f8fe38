import * as tf from "../tf.ts";
import type { WasmBackend } from "./backend.ts";

/**
 * Whether code of our own can run on a backend's memory. Not where the processor or the browser has
 * no SIMD; nor in a build whose memory is not exported under that name; nor in a threaded one (of
 * pages that are isolated from other origins), whose memory is shared: a module must say so when it
 * is compiled. There TensorFlow.js's own kernels stay.
 *
 * @param backend the backend, once it has started
 * @returns whether it can
 */
export function takesOurCode({ wasm }: WasmBackend): boolean {
  // Other builds have other exports, whatever the type says.
  const memory: WebAssembly.Memory | undefined = wasm.asm?.memory;
  if (!(memory instanceof WebAssembly.Memory)) return false;
  return memory.buffer instanceof ArrayBuffer && tf.env().getBool("WASM_HAS_SIMD_SUPPORT");
}
