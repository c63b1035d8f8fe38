import assert from "node:assert/strict";
import { explainMemoryError, wasmBytes } from "../../../benchmarks/ground/memory.ts";

Deno.test("explainMemoryError() says that there is none for an array, and keeps any other error", () => {
  for (const text of ["Array buffer allocation failed", "Invalid typed array length: 1e+30"]) {
    const error = new RangeError(text);
    const told = explainMemoryError(error) as Error;
    assert.match(`${told}`, /^UsageError: .*no memory for an array.*lower .*batchSize/);
    assert.equal(told.cause, error);
  }
  for (const text of ["Invalid typed array length: -1", "x"]) {
    const error = new RangeError(text);
    assert.equal(explainMemoryError(error), error);
  }
});

Deno.test("explainMemoryError() says that memory is full when it is, and keeps any other error", () => {
  const error = new WebAssembly.RuntimeError("memory access out of bounds");
  const full = explainMemoryError(error, 0.98 * wasmBytes) as Error;
  assert.equal(full.name, "UsageError");
  assert.match(full.message, /full, 4\.2 GB of 4\.3 GB: lower microbatchSize .*tensorflow$/);
  assert.equal(explainMemoryError(error, 0.1 * wasmBytes), error);
  const other = new RangeError("x");
  assert.equal(explainMemoryError(other, wasmBytes), other);
});

Deno.test("explainMemoryError() takes a length beyond 2^32 for a setting's fault, one beyond a buffer for the program's", () => {
  const thrown = (make: () => unknown): Error => {
    try {
      make();
    } catch (error) {
      return error as Error;
    }
    return assert.fail("nothing was thrown");
  };
  const large = thrown(() => new Float32Array(2 ** 53 - 1));
  assert.match(`${large}`, /^RangeError: Invalid typed array length: \d+$/);
  assert.match(`${explainMemoryError(large)}`, /^UsageError: /);
  const beyond = thrown(() => new Float32Array(new ArrayBuffer(8), 0, 4096));
  assert.match(`${beyond}`, /^RangeError: Invalid typed array length: 4096$/);
  assert.equal(explainMemoryError(beyond), beyond);
  for (const [length, isExplained] of [[2 ** 32 - 1, false], [2 ** 32, true]] as const) {
    const error = new RangeError(`Invalid typed array length: ${length}`);
    assert.equal(explainMemoryError(error) !== error, isExplained, `${length}`);
  }
});
