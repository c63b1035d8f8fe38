/** What every test of the webgpu backend uses: skipped, visibly, without an adapter. */
import * as assert from "node:assert/strict";
import { registerWebGpuBackend } from "../../../src/backends/webgpu/mod.ts";
import * as tf from "../../../src/tf.ts";

/** The machine's adapter; Mesa's lavapipe is one for machines without a GPU. */
export const adapter: GPUAdapter | null = await navigator.gpu?.requestAdapter() ?? null;

/** Declares a test that is ignored where there is no adapter. */
export function testWithAdapter(name: string, fn: () => void | Promise<void>): void {
  Deno.test({ name, ignore: adapter === null, fn });
}

/** Declares a test on the webgpu backend; fails where it leaves tensors behind. */
export function testOnWebGpu(name: string, body: () => void | Promise<void>): void {
  testWithAdapter(`${name} [webgpu]`, async () => {
    await registerWebGpuBackend();
    await tf.setBackend("webgpu");
    const before = tf.memory().numTensors;
    await body();
    assert.equal(tf.memory().numTensors, before, "tensors left behind");
  });
}
