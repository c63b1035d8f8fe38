/** What tests of captured steps use: each backend that records steps in turn. */
import assert from "node:assert/strict";
import type { WasmBackend } from "../../src/wasm/backend.ts";
import * as tf from "../../src/tf.ts";
import { registerGradients } from "../../src/gradients/register.ts";
import { forEachBackend } from "../backends.ts";

registerGradients(); // wasm lacks gradients of convolutions and of gather

/** Declares the test once a backend that records steps; fails where it leaves memory behind. */
export function forEachRecordingBackend(name: string, body: () => void | Promise<void>): void {
  forEachBackend(name, async () => {
    const before = dataCount();
    await body();
    assert.equal(dataCount(), before, "memory left behind");
  }, ["wasm", "tensorflow"]);
}

/** How many memories the backend has, those among them that the engine knows nothing of. */
function dataCount(): number {
  const backend = tf.backend() as WasmBackend;
  return tf.getBackend() === "wasm" ? backend.numDataIds() : tf.memory().numDataBuffers;
}

/** The same small float32 values at every run: a sine's, so that none repeat. */
export function wave(shape: number[], phase = 0): tf.Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  const values = Float32Array.from({ length: size }, (_, i) => Math.sin(1 + phase + 1.7 * i));
  return tf.tensor(values, shape);
}

/** A variable with the values of a tensor, which it disposes. */
export function variableOf(initial: tf.Tensor): tf.Variable {
  const variable = tf.variable(initial);
  initial.dispose();
  return variable;
}

/** Disposes an optimizer: MomentumOptimizer.dispose() forgets one of its tensors. */
export function disposeOptimizer(optimizer: tf.Optimizer): void {
  optimizer.dispose();
  const { c, m } = optimizer as unknown as Record<"c" | "m", tf.Tensor | undefined>;
  for (const tensor of [c, m]) if (tensor !== undefined && !tensor.isDisposed) tensor.dispose();
}

/** Fails where a number is off by more than a tolerance. */
export function assertNear(actual: number[], expected: number[], tolerance: number): void {
  assert.equal(actual.length, expected.length);
  actual.forEach((value, i) => {
    const wanted = expected[i] ?? NaN;
    assert.ok(Math.abs(value - wanted) <= tolerance, `${i}: ${value}, not ${wanted}`);
  });
}
