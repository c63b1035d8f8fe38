import assert from "node:assert/strict";
import { applyWeightStandardization, models } from "../../../mod.ts";
import { registerWebGpuBackend } from "../../../src/backends/webgpu/mod.ts";
import * as tf from "../../../src/tf.ts";
import { kerasArtifacts, kerasModels, kerasTensors } from "../../models/fixtures/keras3.ts";
import { testWithAdapter } from "./harness.ts";

testWithAdapter("fromKeras3() gives Keras's outputs on webgpu", async () => {
  await registerWebGpuBackend();
  const misses: string[] = [];
  for (const name of kerasModels) {
    await tf.setBackend("webgpu");
    tf.engine().startScope();
    const source = tf.io.fromMemory(kerasArtifacts(name));
    const model = await tf.loadLayersModel(models.fromKeras3(source));
    for (const kind of ["output", "standardized"] as const) {
      if (kind === "standardized") applyWeightStandardization(model);
      const outputs = [model.predict(kerasTensors(name, "input"))].flat() as tf.Tensor[];
      for (const [i, expected] of kerasTensors(name, kind).entries()) {
        const [actual, wanted] = [
          await outputs[i]!.data<"float32">(),
          await expected.data<"float32">(),
        ];
        const largest = wanted.reduce((max, value) => Math.max(max, Math.abs(value)), 1);
        const off = actual.reduce((max, y, at) => Math.max(max, Math.abs(y - wanted[at]!)), 0);
        const what = `${model.outputNames[i]} of ${name}, ${kind}: off by ${off} of ${largest}`;
        if (!(off <= 1e-6 * largest)) misses.push(what);
      }
    }
    tf.engine().endScope();
    tf.disposeVariables();
  }
  await tf.setBackend("cpu");
  assert.deepEqual(misses, []);
});
