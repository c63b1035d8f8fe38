import assert from "node:assert/strict";
import { explainWasmError, wasmBytes } from "../../../benchmarks/ground/wasm_memory.ts";

Deno.test("explainWasmError() says that memory is full when it is, and keeps any other error", () => {
  const error = new WebAssembly.RuntimeError("memory access out of bounds");
  const full = explainWasmError(error, 0.98 * wasmBytes) as Error;
  assert.equal(full.name, "UsageError");
  assert.match(full.message, /full, 4\.2 GB of 4\.3 GB: lower microbatchSize .*tensorflow$/);
  assert.equal(explainWasmError(error, 0.1 * wasmBytes), error);
  const other = new RangeError("x");
  assert.equal(explainWasmError(other, wasmBytes), other);
});
