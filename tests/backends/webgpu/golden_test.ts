/** The golden values, and random convolutions, on webgpu, whose values no test can read at once. */
import * as assert from "node:assert/strict";
import fc from "fast-check";
import { registerWebGpuBackend } from "../../../src/backends/webgpu/mod.ts";
import { conv2d } from "../../../src/gradients/conv2d.ts";
import { depthwiseConv2d } from "../../../src/gradients/depthwise_conv2d.ts";
import * as tf from "../../../src/tf.ts";
import { findFailures } from "../../browser/golden.ts";
import { convolutionCases, pytorchCases, stockCases } from "../../browser/golden_cases.ts";
import { pytorch } from "../../fixtures/pytorch.ts";
import { type Convolution, evaluate, setups } from "../../gradients/convolutions.ts";
import { cases as stock } from "../../gradients/fixtures/stock_gradients.ts";
import { cases } from "../../standardization/fixtures/convolutions.ts";
import { testOnWebGpu, testWithAdapter } from "./harness.ts";

const goldenCases = [
  ...pytorchCases(pytorch),
  ...convolutionCases(cases),
  ...stockCases(stock, "webgpu"),
];

for (const golden of goldenCases) {
  testOnWebGpu(`${golden.name} matches PyTorch`, async () => {
    assert.deepEqual(await findFailures(golden, 1e-5), []);
  });
}

for (const convolution of [conv2d, depthwiseConv2d] as Convolution[]) {
  testWithAdapter(`${convolution.name}() is the same on webgpu as on cpu`, async () => {
    await registerWebGpuBackend();
    for (const setup of fc.sample(setups, { numRuns: 20, seed: 3 })) {
      await tf.setBackend("cpu");
      const expected = await read(tf.tidy(() => evaluate(convolution, setup)));
      await tf.setBackend("webgpu");
      const compute = () => tf.tidy(() => evaluate(convolution, setup));
      const golden = { name: JSON.stringify(setup), compute, expected };
      assert.deepEqual(await findFailures(golden, 1e-5), []);
    }
  });
}

async function read(tensors: tf.Tensor[]): Promise<Float32Array[]> {
  const values = await Promise.all(tensors.map((tensor) => tensor.data<"float32">()));
  tf.dispose(tensors);
  return values;
}
