/**
 * The backend's memory, kept in one piece.
 *
 * A recording's block must lie in what the watched step gives back. What the backend's own code has
 * asked for meanwhile and keeps would lie in the midst of that, and the memory would have to grow.
 *
 * @module
 */
import type { WasmBackend } from "../backend.ts";

/** More than a step has at a time. */
const TENSORS = 8192;

/** A multiple of 16: pieces of other sizes the backend's allocator never joins. */
const PIECE_BYTES = 1 << 20;

/** No multiple of 16, so that it stays apart. */
const SMALL_BYTES = TENSORS * 64 + 4;

/**
 * Lets the backend's tables of tensors grow now, which they would in the midst of a step.
 *
 * @param backend the backend
 */
export function growTables(backend: WasmBackend): void {
  const { tfjs } = backend.wasm;
  const first = backend.dataIdNextNumber;
  backend.dataIdNextNumber += TENSORS;
  for (let i = 0; i < TENSORS; i++) tfjs.registerTensor(first + i, 0, 0);
  for (let i = 0; i < TENSORS; i++) tfjs.disposeData(first + i);
}

/**
 * Joins what the memory begins with to one piece, and one beside it: there the allocator finds what
 * is small, as it takes the smallest piece that is large enough. Of itself it would take just what is
 * asked for, and never join what it took one after the other.
 *
 * @param backend a backend that has no tensors yet
 */
export function joinMemory({ wasm }: WasmBackend): void {
  const { length } = wasm.HEAPU8, pieces = [wasm._malloc(SMALL_BYTES)];
  let end = 0;
  while (end + 2 * PIECE_BYTES <= length) { // what is left is too little for a piece and its bounds
    const address = wasm._malloc(PIECE_BYTES);
    pieces.push(address);
    end = address + PIECE_BYTES;
  }
  pieces.forEach((address) => wasm._free(address));
}
