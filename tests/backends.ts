/** What every test of an op uses: each backend in turn, the tensors counted. */
import "npm:@tensorflow/tfjs-backend-wasm@4.22.0";
import assert from "node:assert/strict";
import { findLibrary } from "../src/backends/tensorflow/library.ts";
import * as tf from "../src/tf.ts";
import { extendWasm } from "../src/wasm/register.ts";

tf.enableProdMode();
extendWasm();

/** Whether TensorFlow's library is set up (`deno task setup`): its tests are skipped without. */
export const hasTensorFlow: boolean = findLibrary() !== undefined;
if (hasTensorFlow) {
  const { registerTensorFlowBackend } = await import("../src/backends/tensorflow/mod.ts");
  registerTensorFlowBackend();
}

/** The backends of this machine, and those that it lacks. */
export const backends: readonly { name: string; ignore: boolean }[] = [
  { name: "cpu", ignore: false },
  { name: "wasm", ignore: false },
  { name: "tensorflow", ignore: !hasTensorFlow },
];

/**
 * Declares the test once a backend; fails where it leaves tensors behind.
 *
 * @param only the backends that it concerns
 */
export function forEachBackend(
  name: string,
  body: () => void | Promise<void>,
  only: readonly string[] = backends.map(({ name }) => name),
): void {
  for (const { name: backend, ignore } of backends.filter(({ name }) => only.includes(name))) {
    Deno.test({
      name: `${name} [${backend}]`,
      ignore,
      fn: async () => {
        await tf.setBackend(backend);
        const before = tf.memory().numTensors;
        await body();
        assert.equal(tf.memory().numTensors, before, "tensors left behind");
      },
    });
  }
}

/** Fails where the largest |actual − expected| is above `tolerance`, or where lengths differ. */
export function assertClose(
  actual: tf.Tensor | ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what = "values",
): void {
  const values = "dataSync" in actual ? actual.dataSync() : actual;
  assert.equal(values.length, expected.length, `${what}: length`);
  let worst = 0, at = 0;
  for (let i = 0; i < values.length; i++) {
    const difference = Math.abs((values[i] ?? NaN) - (expected[i] ?? NaN));
    // What is not a number stays the worst, whatever comes after it.
    if (difference > worst || Number.isNaN(difference)) [worst, at] = [difference, i];
  }
  assert.ok(
    worst <= tolerance,
    `${what}: off by ${worst} at ${at} (tolerance ${tolerance}): ${values[at]}, not ${
      expected[at]
    }`,
  );
}
