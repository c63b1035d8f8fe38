import * as assert from "node:assert/strict";
import {
  DenoWebGpuBackend,
  registerWebGpuBackend,
  WebGpuDeviceError,
} from "../../../src/backends/webgpu/mod.ts";
import * as tf from "../../../src/tf.ts";
import { adapter, testOnWebGpu, testWithAdapter } from "./harness.ts";

testWithAdapter("registerWebGpuBackend() names the adapter, and registers once", async () => {
  const described = await registerWebGpuBackend();
  assert.notEqual(described.name, "");
  await tf.setBackend("webgpu");
  const backend = tf.backend();
  assert.ok(backend instanceof DenoWebGpuBackend);
  assert.equal(await registerWebGpuBackend(), described);
  assert.equal(tf.backend(), backend);
});

Deno.test("registerWebGpuBackend() says what is missing when there is no adapter", async () => {
  const program = `
    Object.defineProperty(navigator, "gpu", { value: { requestAdapter: async () => null } });
    const { registerWebGpuBackend } = await import(${JSON.stringify(module)});
    await registerWebGpuBackend().catch((error) => console.log(error.name, error.message));
  `;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", program],
  }).output();
  assert.match(
    new TextDecoder().decode(stdout),
    /^WebGpuAdapterError Cannot register .* must be a WebGPU adapter: current value is none/,
    new TextDecoder().decode(stderr),
  );
});

const module = import.meta.resolve("../../../src/backends/webgpu/mod.ts");

testOnWebGpu("dataSync() names data() when the values are on the device alone", async () => {
  const product = tf.tidy(() => {
    const x: tf.Tensor2D = tf.randomUniform([40, 40], -1, 1, "float32", 1);
    return tf.matMul(x, x);
  });
  assert.throws(() => product.dataSync(), /await data\(\)/);
  const values = await product.data();
  assert.deepEqual(product.dataSync(), values); // now they are in main memory too
  product.dispose();
});

testWithAdapter("data() throws when the device has reported an error", async () => {
  const device = await adapter!.requestDevice();
  const backend = new DenoWebGpuBackend(device, adapter!.info);
  const id = backend.write(Float32Array.of(1, 2), [2], "float32");
  assert.deepEqual(await backend.read(id), Float32Array.of(1, 2));
  device.createBuffer({ size: 4, usage: 0 });
  await device.queue.onSubmittedWorkDone();
  await assert.rejects(backend.read(id), WebGpuDeviceError);
  device.destroy();
});
