/** Holds the convolution and its gradients against float64 loops. */
import { conv2dOver } from "../../src/gradients/conv2d.ts";
import { conv2dInputGradient, conv2dKernelGradient } from "../../src/gradients/conv2d_gradients.ts";
import type { Axis, Geometry } from "../../src/gradients/geometry.ts";
import * as tf from "../../src/tf.ts";
import { assertClose } from "../backends.ts";
import { eachProduct, noise, sumsOf } from "./windows.ts";

/** Fails where the convolution or a gradient is not what float64 loops compute. */
export function assertLoops(
  batch: number,
  geometry: Geometry,
  channels: readonly [number, number],
  tolerance: number,
): void {
  const [height, width] = geometry;
  const x = noise([batch, height.input, width.input, channels[0]], 1);
  const dy = noise([batch, height.output, width.output, channels[1]], 2);
  const kernel = noise([height.taps, width.taps, ...channels], 3);
  const [a, b, w] = [x.dataSync(), dy.dataSync(), kernel.dataSync()];
  const [y, dx, dw] = [dy.size, x.size, kernel.size].map((size, which) =>
    sumsOf(size, (add) =>
      eachProduct(batch, geometry, channels, (i, k, o) => {
        if (which === 0) add(o, a[i]! * w[k]!);
        else if (which === 1) add(i, w[k]! * b[o]!);
        else add(k, a[i]! * b[o]!);
      }))
  );
  tf.tidy(() => {
    assertClose(conv2dOver(x, kernel, geometry), y!, tolerance, "y");
    assertClose(conv2dInputGradient(dy, kernel, geometry), dx!, tolerance, "dx");
    assertClose(conv2dKernelGradient(dy, x, geometry), dw!, tolerance, "dw");
  });
  tf.dispose([x, dy, kernel]);
}

/** An axis of a convolution with "same" padding. */
export const axisOf = (input: number, taps: number, stride = 1, dilation = 1): Axis => {
  const before = (taps - 1) / 2 * dilation;
  const output = Math.floor((input - 1) / stride) + 1;
  return { input, taps, stride, dilation, before, after: before, output };
};
