import assert from "node:assert/strict";
import { toldOfWasm, wasmBytes } from "../../../benchmarks/ground/wasm_memory.ts";

Deno.test("toldOfWasm() says that memory is full when it is, and keeps any other error", () => {
  const error = new WebAssembly.RuntimeError("memory access out of bounds");
  const full = toldOfWasm(error, 0.98 * wasmBytes) as Error;
  assert.equal(full.name, "UsageError");
  assert.match(full.message, /full, 4\.2 GB of 4\.3 GB: lower microbatchSize .*tensorflow$/);
  assert.equal(toldOfWasm(error, 0.1 * wasmBytes), error);
  const other = new RangeError("x");
  assert.equal(toldOfWasm(other, wasmBytes), other);
});
