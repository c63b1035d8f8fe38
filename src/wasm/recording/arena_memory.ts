/**
 * A block of memory for recordings: one that all of a backend share, which none needs between calls,
 * and one of each recording's own.
 *
 * @module
 */
import type { WasmBackend } from "../backend.ts";
import { ALIGNMENT } from "./arena.ts";

/** XNNPACK may read this far beyond a tensor's end. */
const SLACK = 64;

/** A block that grows to what the largest of its users needs. */
export class ArenaMemory {
  readonly #backend: WasmBackend;
  readonly #sizes = new Map<object, number>();
  #address = 0;
  #bytes = 0;
  #base = 0;

  constructor(backend: WasmBackend) {
    this.#backend = backend;
  }

  /** Where it begins. It may lie elsewhere whenever a user has come or gone. */
  get base(): number {
    return this.#base;
  }

  /**
   * Makes it large enough for a user more.
   *
   * @param user who needs it, until {@linkcode ArenaMemory.leave}
   * @param bytes how much
   * @throws {RangeError} where the backend cannot have so much
   */
  join(user: object, bytes: number): void {
    if (bytes > this.#bytes) this.#resize(bytes);
    this.#sizes.set(user, bytes);
  }

  /** Frees what nobody else needs. */
  leave(user: object): void {
    this.#sizes.delete(user);
    const most = Math.max(0, ...this.#sizes.values());
    if (most < this.#bytes) this.#resize(most);
  }

  #resize(bytes: number): void {
    const before = this.#bytes;
    if (before > 0) this.#backend.wasm._free(this.#address);
    this.#address = this.#bytes = this.#base = 0;
    if (bytes === 0) return;
    const address = allocate(this.#backend, bytes + ALIGNMENT + SLACK);
    if (address === 0) {
      if (before > 0) this.#resize(before); // it was there a moment ago
      throw memoryError(bytes, this.#backend);
    }
    this.#address = address;
    this.#bytes = bytes;
    this.#base = Math.ceil(address / ALIGNMENT) * ALIGNMENT;
  }
}

/** From this size on it is asked first whether there is so much: the backend does not. */
const LARGE_BYTES = 1 << 20;

/**
 * Checks that there is memory for a tensor: the backend would write to where there is none.
 *
 * @throws {RangeError} where there is not
 */
export function checkMemory(backend: WasmBackend, bytes: number): void {
  if (bytes < LARGE_BYTES) return;
  const address = allocate(backend, bytes);
  if (address === 0) throw memoryError(bytes, backend);
  backend.wasm._free(address);
}

/** Takes memory; 0 where there is none. */
function allocate({ wasm }: WasmBackend, bytes: number): number {
  return bytes < 2 ** 32 ? wasm._malloc(bytes) >>> 0 : 0; // more would wrap
}

/** The error for memory that the backend cannot have. */
function memoryError(bytes: number, { wasm }: WasmBackend): RangeError {
  const inMb = (value: number) => Math.ceil(value / 1e6);
  return new RangeError(
    `Cannot capture a step on wasm as it needs ${inMb(bytes)} MB beside what is there: the ` +
      `backend has ${
        inMb(wasm.HEAPU8.length)
      } MB of at most 4,295 MB, and finds no block of that ` +
      "size. Use a smaller batch, smaller images, or microbatches",
  );
}
