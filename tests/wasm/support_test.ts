import "npm:@tensorflow/tfjs-backend-wasm@4.22.0";
import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import type { WasmBackend } from "../../src/wasm/backend.ts";
import { kernels } from "../../src/wasm/kernels/mod.ts";
import { extendWasm } from "../../src/wasm/register.ts";
import { takesOurCode } from "../../src/wasm/support.ts";

const SIMD = "WASM_HAS_SIMD_SUPPORT";

/** A backend, as far as it is looked at. */
const backendWith = (asm: object | undefined) => ({ wasm: { asm } }) as unknown as WasmBackend;

const isOurs = () =>
  kernels.map(({ name }) => {
    const { kernelFunc } = tf.getKernel(name, "wasm") ?? {};
    return kernelFunc;
  });

Deno.test("the kernels stay where the backend is chosen again, and replace compositions", async () => {
  extendWasm();
  await tf.setBackend("wasm");
  const before = isOurs();
  assert.ok(before.length > 0 && before.every((kernel) => kernel !== undefined));
  const { name } = kernels[0]!;
  tf.unregisterKernel(name, "wasm");
  tf.registerKernel({ kernelName: name, backendName: "wasm", kernelFunc: () => [] });
  await tf.setBackend("cpu");
  await tf.setBackend("wasm");
  assert.deepEqual(isOurs(), before);
});

Deno.test("takesOurCode() wants a memory of its name that is not shared, and SIMD", async () => {
  extendWasm();
  await tf.setBackend("wasm");
  const memory = new WebAssembly.Memory({ initial: 1 });
  assert.ok(takesOurCode(tf.backend() as WasmBackend));
  assert.ok(takesOurCode(backendWith({ memory })));
  const shared = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  for (const asm of [undefined, {}, { memory: 1 }, { memory: shared }]) {
    assert.ok(!takesOurCode(backendWith(asm)), JSON.stringify(asm));
  }
  tf.env().set(SIMD, false);
  try {
    assert.ok(!takesOurCode(backendWith({ memory })));
  } finally {
    tf.env().set(SIMD, true);
  }
});
