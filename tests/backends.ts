/** What every test of an op uses: each backend in turn, the tensors counted. */
import "npm:@tensorflow/tfjs-backend-wasm@4.22.0";
import * as assert from "node:assert/strict";
import * as tf from "../src/tf.ts";

tf.enableProdMode();

/** The backends that need nothing beyond the project's packages. */
export const backends: readonly string[] = ["cpu", "wasm"];

/** Declares the test once a backend; fails where it leaves tensors behind. */
export function forEachBackend(name: string, body: () => void | Promise<void>): void {
  for (const backend of backends) {
    Deno.test(`${name} [${backend}]`, async () => {
      await tf.setBackend(backend);
      const before = tf.memory().numTensors;
      await body();
      assert.equal(tf.memory().numTensors, before, "tensors left behind");
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
    if (!(difference <= worst)) [worst, at] = [difference, i];
  }
  assert.ok(
    worst <= tolerance,
    `${what}: off by ${worst} at ${at} (tolerance ${tolerance}): ${values[at]}, not ${
      expected[at]
    }`,
  );
}
