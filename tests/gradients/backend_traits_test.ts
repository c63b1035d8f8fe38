/** Windows that leave values out, which some backends' own gradients mistake. */
import { conv3d } from "../../src/gradients/conv3d.ts";
import { registerGradients } from "../../src/gradients/register.ts";
import * as tf from "../../src/tf.ts";
import { forEachBackend } from "../backends.ts";
import { noise } from "./convolutions.ts";
import { assertDifferences } from "./differences.ts";

registerGradients();

type Size = [depth: number, height: number, width: number];

const windows: { taps: Size; strides: Size }[] = [
  { taps: [1, 1, 1], strides: [2, 2, 2] },
  { taps: [2, 2, 2], strides: [3, 3, 3] },
  { taps: [1, 2, 1], strides: [3, 3, 3] },
  { taps: [2, 1, 2], strides: [3, 1, 3] },
];
const shape = [1, 5, 4, 7, 2];

/** Calls `body` with windows that leave voxels out, and what they are called. */
function forWindows(
  body: (taps: Size, strides: Size, pad: "valid" | "same", what: string) => void,
) {
  for (const { taps, strides } of windows) {
    for (const pad of ["valid", "same"] as const) {
      tf.tidy(() => body(taps, strides, pad, `[${taps}], strides [${strides}], ${pad}`));
    }
  }
}

forEachBackend("conv3d() has its gradients where windows leave voxels out", () => {
  forWindows((taps, strides, pad, what) => {
    const op = (x: tf.Tensor, kernel: tf.Tensor) =>
      conv3d(x as tf.Tensor5D, kernel as tf.Tensor5D, strides, pad);
    assertDifferences(op, [noise(shape, 1), noise([...taps, 2, 2], 2)], { what });
  });
});

forEachBackend("pools have their gradients where windows leave voxels out", () => {
  forWindows((taps, strides, pad, what) => {
    const mean = (x: tf.Tensor) => tf.avgPool3d(x as tf.Tensor5D, taps, strides, pad);
    assertDifferences(mean, [noise(shape, 1)], { what: `mean ${what}` });
    const size = tf.util.sizeFromShape(shape);
    const distinct = Float32Array.from({ length: size }, (_, i) => 1 + (i * 7919) % size);
    const max = (x: tf.Tensor) => tf.maxPool3d(x as tf.Tensor5D, taps, strides, pad);
    assertDifferences(max, [tf.tensor(distinct, shape)], { what: `max ${what}`, step: 0.25 });
  });
});
