import * as fc from "fast-check";
import * as tf from "../../../src/tf.ts";
import type { TensorFlowBackend } from "../../../src/backends/tensorflow/backend.ts";
import { convolutionKernels } from "../../../src/backends/tensorflow/fused/convolution.ts";
import type { Geometry } from "../../../src/gradients/geometry.ts";
import { toAxis } from "../../../src/gradients/geometry.ts";
import { assertClose, hasTensorFlow } from "../../backends.ts";

/** An axis of a dilated convolution, its padding often not that of `same`. */
const axes = fc.record({
  input: fc.integer({ min: 5, max: 12 }),
  taps: fc.integer({ min: 1, max: 3 }),
  dilation: fc.integer({ min: 1, max: 4 }),
  before: fc.integer({ min: 0, max: 5 }),
  after: fc.integer({ min: 0, max: 5 }),
}).filter(({ input, taps, dilation, before, after }) =>
  input + before + after >= (taps - 1) * dilation + 1
);

Deno.test({
  name: "convolutionKernels() are the same for a build whose gradients know no dilation",
  ignore: !hasTensorFlow,
  fn: async () => {
    await tf.setBackend("tensorflow");
    const backend = tf.backend() as TensorFlowBackend;
    const [native, residues] = [convolutionKernels(true), convolutionKernels(false)];
    fc.assert(
      fc.property(axes, axes, (height, width) => {
        const geometry = [height, width].map(({ before, after, ...axis }) =>
          toAxis({ ...axis, stride: 1 }, [before, after])
        ) as Geometry;
        const [rows, columns] = geometry.map(({ output }) => output) as [number, number];
        tf.tidy(() => {
          const inputs = {
            x: tf.randomNormal([2, height.input, width.input, 3], 0, 1, "float32", 1),
            kernel: tf.randomNormal([height.taps, width.taps, 3, 4], 0, 1, "float32", 2),
            dy: tf.randomNormal([2, rows, columns, 4], 0, 1, "float32", 3),
          };
          for (const [i, { name, compute }] of residues.entries()) {
            const [expected] = native[i]!.compute(backend, inputs, { geometry });
            const [actual] = compute(backend, inputs, { geometry });
            assertClose(actual!, expected!.dataSync(), 1e-4, name);
          }
        });
      }),
      { numRuns: 60, seed: 1 },
    );
  },
});
