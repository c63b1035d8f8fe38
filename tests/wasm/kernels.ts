/** Runs ops of the library with our kernels and without, and compares. */
import assert from "node:assert/strict";
import { registerWasmKernels, unregisterWasmKernels } from "../../src/wasm/kernels/mod.ts";
import * as tf from "../../src/tf.ts";
import "../backends.ts";

/** What `body` returns where there are no kernels of our own; TensorFlow.js's stay. */
export function composed<T>(body: () => T): T {
  unregisterWasmKernels();
  try {
    return body();
  } finally {
    registerWasmKernels();
  }
}

/** A test on wasm; fails where it leaves tensors behind. */
export function testOnWasm(name: string, body: () => void): void {
  Deno.test(name, async () => {
    await tf.setBackend("wasm");
    const { numTensors, numDataBuffers } = tf.memory();
    body();
    const after = tf.memory();
    assert.equal(after.numTensors, numTensors, "tensors left behind");
    assert.equal(after.numDataBuffers, numDataBuffers, "memory left behind");
  });
}

/**
 * Fails where our kernels' outputs are not the composition's: in shape, in what is not a number or
 * not finite, or by more than `tolerance` of 1 and of the composition's largest finite value.
 */
export function assertAsComposed(run: () => tf.Tensor[], tolerance: number): void {
  tf.tidy(() => {
    const expected = composed(run), actual = run();
    assert.equal(actual.length, expected.length);
    actual.forEach((tensor, i) => assertLike(tensor, expected[i]!, tolerance, `output ${i}`));
  });
}

function assertLike(actual: tf.Tensor, expected: tf.Tensor, tolerance: number, what: string): void {
  assert.deepEqual(actual.shape, expected.shape, what);
  assert.equal(actual.dtype, expected.dtype, what);
  const [a, e] = [actual.dataSync<"float32">(), expected.dataSync<"float32">()];
  const largest = e.filter(Number.isFinite).reduce((most, v) => Math.max(most, Math.abs(v)), 1);
  e.forEach((value, i) => {
    const isSame = Object.is(a[i], value) || Math.abs(a[i]! - value) <= tolerance * largest;
    assert.ok(isSame, `${what}, [${actual.shape}]: ${a[i]} at ${i}, not ${value} (of ${largest})`);
  });
}
