/** The gradients of stock ops and layers, once registered, are PyTorch's. */
import assert from "node:assert/strict";
import { registerGradients } from "../../src/gradients/register.ts";
import * as tf from "../../src/tf.ts";
import { capture } from "../../src/training/capture.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { toTensor, valuesOf } from "../standardization/fixtures/convolutions.ts";
import { cases } from "./fixtures/stock_gradients.ts";
import { stockOps } from "./stock_ops.ts";

registerGradients();

Deno.test("stock_gradients.json has a case for each stock op", () => {
  assert.deepEqual(cases.map(({ name }) => name).sort(), Object.keys(stockOps).sort());
});

for (const { name, inputs, upstream, gradients } of cases) {
  const { op, lackedBy = [], hasVariables = false } = stockOps[name]!;
  forEachBackend(`registerGradients() gives PyTorch's gradient of ${name}`, () => {
    if (lackedBy.includes(tf.getBackend())) return;
    const differentiate = (dy: tf.Tensor, ...inputs: tf.Tensor[]) => tf.grads(op)(inputs, dy);
    const captured = capture(differentiate);
    tf.tidy(() => {
      const step = hasVariables ? differentiate : captured;
      const actual = step(toTensor(upstream), ...inputs.map(toTensor));
      gradients.forEach((gradient, i) => {
        assert.deepEqual(actual[i]!.shape, gradient.shape);
        assertClose(actual[i]!, valuesOf(gradient), 2e-5, `input ${i}`);
      });
    });
    captured.dispose();
  });
}
