import assert from "node:assert/strict";
import {
  areTapsCheaper,
  kernelGradientByTaps,
} from "../../../../src/backends/tensorflow/fused/taps.ts";
import { type Axis, toAxis } from "../../../../src/gradients/geometry.ts";
import type * as tf from "../../../../src/tf.ts";
import { dispose, tidy } from "../../../../src/tf.ts";
import { assertClose } from "../../../backends.ts";
import { testOnTensorFlow, wave } from "../harness.ts";

const axisOf = (input: number, dilation: number): Axis =>
  toAxis({ input, taps: 3, stride: 1, dilation }, "same");

/** The gradient with respect to a depthwise kernel or a dense one, by its definition. */
function byLoops(dy: tf.Tensor4D, x: tf.Tensor4D, [rows, columns]: [Axis, Axis], isDense: boolean) {
  const [batch, , , channels] = x.shape, outputs = dy.shape[3], values = x.arraySync();
  const gradients = dy.arraySync();
  const multiplier = outputs / channels;
  const sum: number[] = [];
  for (let r = 0; r < 3; r++) {
    for (let c = 0; c < 3; c++) {
      for (let k = 0; k < channels; k++) {
        for (let o = 0; o < (isDense ? outputs : multiplier); o++) {
          let total = 0;
          for (let b = 0; b < batch; b++) {
            for (let i = 0; i < rows.output; i++) {
              for (let j = 0; j < columns.output; j++) {
                const y = i + r * rows.dilation - rows.before;
                const z = j + c * columns.dilation - columns.before;
                const to = isDense ? o : k * multiplier + o;
                total += (values[b]![y]?.[z]?.[k] ?? 0) * gradients[b]![i]![j]![to]!;
              }
            }
          }
          sum.push(total);
        }
      }
    }
  }
  return sum;
}

testOnTensorFlow(
  "kernelGradientByTaps() is the sum over all places, dense and depthwise",
  (backend) => {
    for (const [height, width] of [[2, 3], [4, 1], [6, 5], [9, 4]] as const) {
      const geometry: [Axis, Axis] = [axisOf(5, height), axisOf(6, width)];
      for (const kind of ["Conv2D", "DepthwiseConv2dNative"] as const) {
        const x = wave([2, 5, 6, 2]) as tf.Tensor4D, dy = wave([2, 5, 6, 4], 3) as tf.Tensor4D;
        const actual = tidy(() => kernelGradientByTaps(backend, kind, dy, x, geometry));
        const isDense = kind === "Conv2D";
        assert.deepEqual(actual.shape, [3, 3, 2, isDense ? 4 : 2]);
        assertClose(actual, byLoops(dy, x, geometry, isDense), 1e-4, `${kind} ${height} ${width}`);
        dispose([x, dy, actual]);
      }
    }
  },
);

Deno.test("areTapsCheaper() holds for dilations near the map's size", () => {
  const cheaper = (input: number, dilation: number) =>
    areTapsCheaper([axisOf(input, dilation), axisOf(input, dilation)]);
  assert.deepEqual([2, 6, 12, 24, 36].map((dilation) => cheaper(16, dilation)), [
    ...[false, false, true, true, true],
  ]);
  assert.deepEqual([12, 24].map((dilation) => cheaper(32, dilation)), [false, true]);
});
