import assert from "node:assert/strict";
import { toldOfMemory } from "../../../benchmarks/ground/memory.ts";

Deno.test("toldOfMemory() says that there is none for an array, and keeps any other error", () => {
  for (const text of ["Array buffer allocation failed", "Invalid typed array length: 1e+30"]) {
    const error = new RangeError(text);
    const told = toldOfMemory(error) as Error;
    assert.match(`${told}`, /^UsageError: .*no memory for an array.*lower .*batchSize/);
    assert.equal(told.cause, error);
  }
  for (const text of ["Invalid typed array length: -1", "x"]) {
    const error = new RangeError(text);
    assert.equal(toldOfMemory(error), error);
  }
});

Deno.test("toldOfMemory() takes a length beyond 2^32 for a setting's fault, one beyond a buffer for the program's", () => {
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
  assert.match(`${toldOfMemory(large)}`, /^UsageError: /);
  const beyond = thrown(() => new Float32Array(new ArrayBuffer(8), 0, 4096));
  assert.match(`${beyond}`, /^RangeError: Invalid typed array length: 4096$/);
  assert.equal(toldOfMemory(beyond), beyond);
  for (const [length, isTold] of [[2 ** 32 - 1, false], [2 ** 32, true]] as const) {
    const error = new RangeError(`Invalid typed array length: ${length}`);
    assert.equal(toldOfMemory(error) !== error, isTold, `${length}`);
  }
});
