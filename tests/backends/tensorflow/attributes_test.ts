import assert from "node:assert/strict";
import { toInt64 } from "../../../src/backends/tensorflow/attributes.ts";

Deno.test("toInt64() does with numbers what the native addon does", () => {
  assert.deepEqual([0.9, -0.9, 5.5, -7, 2 ** 53].map(toInt64), [0n, 0n, 5n, -7n, 2n ** 53n]);
  assert.deepEqual([1e30, -1e30].map(toInt64), [2n ** 63n - 1n, -(2n ** 63n)]);
  assert.deepEqual([NaN, Infinity, -Infinity].map(toInt64), [0n, 0n, 0n]);
});
