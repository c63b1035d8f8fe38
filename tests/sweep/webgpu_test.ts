/** The sweep on webgpu, in a file of its own: the harness decides what is loaded first. */
import { testWithAdapter } from "../backends/webgpu/harness.ts";
import { registerWebGpuBackend } from "../../src/backends/webgpu/mod.ts";
import * as tf from "../../src/tf.ts";
import { groups } from "./cases/mod.ts";
import { sweep } from "./sweep.ts";

for (const [group, cases] of Object.entries(groups)) {
  testWithAdapter(`${cases.length} ${group} are right, or known not to be [webgpu]`, async () => {
    await registerWebGpuBackend();
    await tf.setBackend("webgpu");
    await sweep(cases);
  });
}
