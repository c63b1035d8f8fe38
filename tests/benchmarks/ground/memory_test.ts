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
