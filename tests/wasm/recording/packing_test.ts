import assert from "node:assert/strict";
import * as tf from "../../../src/tf.ts";
import { capture } from "../../../src/training/capture.ts";
import { assertClose } from "../../backends.ts";
import { variableOf, wave } from "../../training/recording.ts";
import { take, testOnWasm } from "./harness.ts";

/** Each kernel that packs an operand, `w`, and keeps that by the operand's id. */
const PACKING: Record<string, { w: number[]; run: (x: tf.Tensor, w: tf.Tensor) => tf.Tensor }> = {
  Conv2D: {
    w: [3, 3, 2, 4],
    run: (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same"),
  },
  FusedConv2D: {
    w: [3, 3, 2, 4],
    run: (x, filter) =>
      tf.fused.conv2d({
        ...{ x: x as tf.Tensor4D, filter: filter as tf.Tensor4D, strides: 1, pad: "same" },
        bias: tf.slice(tf.reshape(filter, [72]), 0, 4) as tf.Tensor1D,
      }),
  },
  DepthwiseConv2dNative: {
    w: [3, 3, 2, 1],
    run: (x, w) => tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same"),
  },
  FusedDepthwiseConv2D: {
    w: [3, 3, 2, 1],
    run: (x, filter) =>
      tf.fused.depthwiseConv2d({
        ...{ x: x as tf.Tensor4D, filter: filter as tf.Tensor4D, strides: 1, pad: "same" },
      }),
  },
  BatchMatMul: { w: [2, 3], run: (x, w) => tf.matMul(tf.reshape(x, [25, 2]), w) },
  _FusedMatMul: {
    w: [2, 3],
    run: (x, b) => tf.fused.matMul({ a: tf.reshape(x, [25, 2]), b, activation: "relu" }),
  },
  Prelu: { w: [2], run: (x, w) => tf.prelu(x, w) },
};

const steps: { dispose(): void }[] = [];

for (const [kernelName, { w: shape, run }] of Object.entries(PACKING)) {
  testOnWasm(`what ${kernelName} packed of values is forgotten with them`, () => {
    const train = (
      wrap: (body: (x: tf.Tensor) => tf.Tensor[]) => (x: tf.Tensor) => tf.Tensor[],
    ) => {
      const weight = variableOf(wave(shape)), outside = wave(shape, 1);
      const step = wrap((x) => {
        weight.assign(tf.mul(weight, -1.5));
        const first = tf.reshape(tf.slice(tf.reshape(x, [50]), [0], [2]), [2]);
        const computed = tf.mul(outside, tf.sum(first));
        return [weight, outside, computed].map((each) => run(x, each));
      });
      const results = [2, 3, 4].map((phase) => {
        const x = wave([1, 5, 5, 2], phase), values = step(x).map(take);
        x.dispose();
        return values;
      });
      tf.dispose([weight, outside]);
      return results;
    };
    const captured = train((body) => {
      const step = capture(body);
      steps.push(step);
      return step;
    });
    steps.splice(0).forEach((step) => step.dispose());
    const eager = train((body) => (x) => tf.tidy(() => body(x)));
    // A kernel that stays as it is goes through another kernel, which adds in another order.
    const tolerance = kernelName === "FusedConv2D" ? 1e-5 : 0;
    assert.equal(captured.flat(2).length, eager.flat(2).length);
    captured.flat().forEach((values, i) => assertClose(values, eager.flat()[i]!, tolerance));
  });
}
