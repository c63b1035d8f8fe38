import assert from "node:assert/strict";
import { registerGradients, tf } from "../../mod.ts";

const folder = new URL("../..", import.meta.url);
const module = import.meta.resolve("../../mod.ts");
const wasm = "npm:@tensorflow/tfjs-backend-wasm@4.22.0";

/** What the kernels answer, once the library is there. */
const show = `
  const x = tf.tensor5d([-1, -2, -3, -4], [1, 4, 1, 1, 1]);
  const pooled = tf.maxPool3d(x, 1, 2, "same");
  console.log(tf.getBackend(), ...pooled.dataSync());
`;

const orders: Record<string, string> = {
  "before the backend": `
    const { tf } = await import("${module}");
    await import("${wasm}");
    await tf.setBackend("wasm");
    ${show}
  `,
  "after the backend": `
    await import("${wasm}");
    const { tf } = await import("${module}");
    await tf.setBackend("wasm");
    ${show}
  `,
  "after the backend has started": `
    await import("${wasm}");
    const tf = await import("${import.meta.resolve("../../src/tf.ts")}");
    await tf.setBackend("wasm");
    await import("${module}");
    ${show}
  `,
  "twice, and the backend in between": `
    const { registerGradients, tf } = await import("${module}");
    await import("${wasm}");
    registerGradients();
    await tf.setBackend("wasm");
    registerGradients();
    ${show}
  `,
};

for (const [order, program] of Object.entries(orders)) {
  Deno.test(`kernels are repaired where the library is imported ${order}`, async () => {
    const command = new Deno.Command(Deno.execPath(), { args: ["eval", program], cwd: folder });
    const output = await command.output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    const [stdout, stderr] = [text(output.stdout), text(output.stderr)];
    assert.match(stdout, /^wasm -1 -3$/m, stderr);
    assert.doesNotMatch(`${stdout}${stderr}`, /already registered/);
  });
}

Deno.test("registerGradients() repairs kernels that were registered over the repaired ones", async () => {
  await tf.setBackend("cpu");
  const repaired = tf.getKernel("Conv3D", "cpu")!;
  registerGradients();
  assert.equal(tf.getKernel("Conv3D", "cpu"), repaired); // nothing to do
  const stock: tf.KernelFunc = (call) => repaired.kernelFunc(call); // stands for another copy's
  tf.unregisterKernel("Conv3D", "cpu");
  tf.registerKernel({ ...repaired, kernelFunc: stock });
  registerGradients();
  assert.notEqual(tf.getKernel("Conv3D", "cpu")!.kernelFunc, stock);
  tf.unregisterKernel("Conv3D", "cpu");
  tf.registerKernel(repaired);
});
