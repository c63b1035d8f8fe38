/**
 * Code of our own on the memory of TensorFlow.js's wasm backend: it reads and writes tensors where
 * they are.
 *
 * A binary imports that memory, and must place nothing of its own there: no constants, no stack.
 *
 * @module
 */
import type { WasmBackend } from "./backend.ts";

/** Functions of a binary, which take numbers: sizes, and addresses in bytes. */
export type Functions<Names extends string> = Record<Names, (...numbers: number[]) => void>;

const instances = new WeakMap<WasmBackend, Map<string, WebAssembly.Exports>>();

/**
 * A binary's functions on a backend's memory.
 *
 * @param binary base64 of the module, whose one import is `env.memory`
 * @param backend the backend
 * @returns its functions: the same at each call
 */
export function functionsOf<Names extends string>(
  binary: string,
  backend: WasmBackend,
): Functions<Names> {
  const known = instances.get(backend) ?? new Map<string, WebAssembly.Exports>();
  instances.set(backend, known);
  const exports = known.get(binary) ?? instantiate(binary, backend);
  known.set(binary, exports);
  // What a binary exports is its source's to say: the caller names what it takes.
  return exports as unknown as Functions<Names>;
}

function instantiate(binary: string, { wasm }: WasmBackend): WebAssembly.Exports {
  const bytes = Uint8Array.from(atob(binary), (character) => character.charCodeAt(0));
  const { memory } = wasm.asm;
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports;
}
