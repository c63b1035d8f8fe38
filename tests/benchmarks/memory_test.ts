import assert from "node:assert/strict";
import { toldOfMemory, wasmBytes } from "../../benchmarks/memory.ts";

Deno.test("toldOfMemory() says that memory is full when it is, and keeps any other error", () => {
  const error = new WebAssembly.RuntimeError("memory access out of bounds");
  const full = toldOfMemory(error, 0.98 * wasmBytes) as Error;
  assert.equal(full.name, "UsageError");
  assert.match(full.message, /full, 4\.2 GB of 4\.3 GB: lower microbatchSize .*tensorflow$/);
  assert.equal(toldOfMemory(error, 0.1 * wasmBytes), error);
  for (const text of ["Array buffer allocation failed", "Invalid typed array length: 1e+30"]) {
    const array = toldOfMemory(new RangeError(text));
    assert.match(`${array}`, /^UsageError: .*no memory for an array.*lower .*batchSize/);
  }
  const wrong = new RangeError("Invalid typed array length: -1");
  assert.equal(toldOfMemory(wrong), wrong);
  const other = new RangeError("x");
  assert.equal(toldOfMemory(other, wasmBytes), other);
});
