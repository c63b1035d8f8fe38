import assert from "node:assert/strict";
import fc from "fast-check";
import { binary } from "../../src/wasm/kernels/convolutions_binary.ts";
import { binary as relaxedBinary } from "../../src/wasm/kernels/convolutions_relaxed_binary.ts";
import { eitherBinary } from "../../src/wasm/kernels/relaxed.ts";
import { assertLoops } from "./convolutions.ts";
import { testOnWasm } from "./kernels.ts";
import { axes } from "./windows.ts";

testOnWasm("conv2d and its gradients are float64 loops' where there is no relaxed SIMD", () => {
  const { validate } = WebAssembly;
  // Which of the binaries runs is decided once in a program: a file of tests is one.
  WebAssembly.validate = () => false;
  try {
    assert.equal(eitherBinary(relaxedBinary, binary), binary);
    const geometries = fc.tuple(axes(() => 5), axes(() => 5));
    const channels = fc.tuple(fc.integer({ min: 1, max: 18 }), fc.integer({ min: 1, max: 18 }));
    const property = fc.property(geometries, channels, (geometry, channels) => {
      assertLoops(2, geometry, channels, 3e-5);
    });
    fc.assert(property, { numRuns: 50, seed: 2 });
  } finally {
    WebAssembly.validate = validate;
  }
});

Deno.test("the binaries differ in relaxed SIMD", () => {
  assert.notEqual(binary, relaxedBinary);
});
