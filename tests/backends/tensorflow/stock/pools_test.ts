/** The kernels of pools with borders, called as TensorFlow.js's own gradients call them. */
import assert from "node:assert/strict";
import * as tf from "../../../../src/tf.ts";
import { assertClose } from "../../../backends.ts";
import { testOnTensorFlow, wave } from "../harness.ts";

const pads = {
  "valid": "valid",
  "same": "same",
  "a number": 1,
  "unequal borders": [[0, 0], [2, 1], [0, 1], [0, 0]],
} as const;

for (const [name, pad] of Object.entries(pads)) {
  for (const pool of ["MaxPool", "AvgPool"] as const) {
    testOnTensorFlow(`${pool}Grad takes ${name} as its padding`, () => {
      tf.tidy(() => {
        const input = wave([2, 6, 5, 3]);
        const attributes = {
          filterSize: [3, 2],
          strides: [2, 1],
          pad,
        } as unknown as tf.NamedAttrMap;
        const run = (kernel: string, inputs: Record<string, tf.Tensor>) =>
          tf.engine().runKernel(kernel, inputs, attributes) as tf.Tensor;
        const output = run(pool, { x: input });
        const dy = tf.sin(tf.mul(output, 7));
        const dx = run(`${pool}Grad`, { dy, input, output });
        assert.deepEqual(dx.shape, input.shape);
        // A pool's output is its gradient's product with the input.
        const expected = tf.sum(tf.mul(dy, output)).dataSync();
        assertClose(tf.sum(tf.mul(dx, input)), expected, 1e-4);
      });
    });
  }
}
