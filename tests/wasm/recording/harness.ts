/** What tests of recorded steps on wasm use: the backend, its memory counted. */
import assert from "node:assert/strict";
import { registerGradients } from "../../../src/gradients/register.ts";
import * as tf from "../../../src/tf.ts";
import type { WasmBackend } from "../../../src/wasm/backend.ts";
import "../../backends.ts";

registerGradients();

/** Declares a test on wasm; fails where it leaves tensors or memory behind. */
export function testOnWasm(name: string, body: (backend: WasmBackend) => void | Promise<void>) {
  Deno.test(name, async () => {
    await tf.setBackend("wasm");
    const backend = tf.backend() as WasmBackend;
    const blocks = countBlocks(backend);
    const count = () => ({
      tensors: tf.memory().numTensors,
      dataIds: backend.numDataIds(),
      blocks: blocks.count,
    });
    const before = count();
    try {
      await body(backend);
      assert.deepEqual(count(), before, "left behind");
    } finally {
      blocks.restore();
    }
  });
}

/** Counts the blocks of memory that JavaScript has asked the backend for and not given back. */
function countBlocks({ wasm }: WasmBackend) {
  wasm._free(wasm._malloc(8)); // each puts another in its place at its first call
  const { _malloc, _free } = wasm, counted = { count: 0, restore };
  wasm._malloc = (bytes) => {
    const address = _malloc(bytes);
    if (address !== 0) counted.count++;
    return address;
  };
  wasm._free = (address) => {
    if (address !== 0) counted.count--;
    _free(address);
  };
  function restore() {
    Object.assign(wasm, { _malloc, _free });
  }
  return counted;
}

/** Runs something as if the backend recorded nothing. */
export async function unrecorded<T>(body: () => T | Promise<T>): Promise<T> {
  const backend = tf.backend() as WasmBackend & { capture?: unknown }, { capture } = backend;
  backend.capture = undefined;
  try {
    return await body();
  } finally {
    backend.capture = capture;
  }
}

/** A result's values; disposes it. */
export function take(tensor: tf.Tensor): number[] {
  const values = Array.from(tensor.dataSync());
  tensor.dispose();
  return values;
}
