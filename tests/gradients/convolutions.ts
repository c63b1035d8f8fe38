/** What the tests of both convolutions share. */
import assert from "node:assert/strict";
import fc from "fast-check";
import * as tf from "../../src/tf.ts";
import type { Convolution2dOptions, Padding2D, Size2D } from "../../src/gradients/arguments.ts";
import { assertClose } from "../backends.ts";
import { type ConvolutionCase, toTensor } from "../fixtures/pytorch.ts";

/** `conv2d` or `depthwiseConv2d`. */
export type Convolution = (
  x: tf.Tensor4D,
  kernel: tf.Tensor4D,
  strides: Size2D,
  pad: Padding2D,
  options?: Convolution2dOptions,
) => tf.Tensor4D;

type Maps = [x: tf.Tensor4D, kernel: tf.Tensor4D];

/** A convolution's gradients with respect to its input and its kernel. */
export function gradientsOf(op: (...maps: Maps) => tf.Tensor, maps: Maps, dy: tf.Tensor): Maps {
  return tf.grads(op as (...maps: tf.Tensor[]) => tf.Tensor)(maps, dy) as Maps;
}

/** Composer's standardization out of differentiable ops: the fixture's kernels go through it. */
function standardize(kernel: tf.Tensor4D, axes: number[]): tf.Tensor4D {
  const { mean, variance } = tf.moments(kernel, axes, true);
  return tf.div(tf.sub(kernel, mean), tf.sqrt(tf.add(variance, 1e-10)));
}

/** Fails where outputs or gradients are not PyTorch's; a filter's values lie along `axes`. */
export function assertMatchesPytorch(
  op: Convolution,
  axes: number[],
  expected: ConvolutionCase,
): void {
  const { stride, padding, dilation } = expected;
  tf.tidy(() => {
    const maps: Maps = [toTensor(expected.x), toTensor(expected.kernel)];
    const forward = (x: tf.Tensor4D, kernel: tf.Tensor4D) =>
      op(x, standardize(kernel, axes), stride, padding, { dilations: dilation });
    const [dx, dkernel] = gradientsOf(forward, maps, toTensor(expected.upstream));
    assertClose(forward(...maps), expected.y.values, 1e-5, "y");
    assertClose(dx, expected.dx.values, 2e-5, "dx");
    assertClose(dkernel, expected.dkernel.values, 4e-5, "dkernel");
  });
}

/** The arguments of a convolution that exists. */
export interface ConvolutionSetup {
  size: [number, number];
  taps: [number, number];
  strides: [number, number];
  dilations: [number, number];
  pad: Padding2D;
  dataFormat: "NHWC" | "NCHW";
  channels: [inChannels: number, last: number];
}

const pairOf = (min: number, max: number): fc.Arbitrary<[number, number]> =>
  fc.tuple(fc.integer({ min, max }), fc.integer({ min, max }));

const paddings: fc.Arbitrary<Padding2D> = fc.oneof(
  fc.constant<Padding2D>("same"),
  fc.constant<Padding2D>("valid"),
  fc.integer({ min: 0, max: 4 }),
  fc.tuple(pairOf(0, 5), pairOf(0, 5)).map(([height, width]): Padding2D => [
    [0, 0],
    height,
    width,
    [0, 0],
  ]),
);

/** Zeros before and after, summed, along each axis. */
function totalPadding(pad: Padding2D): [number, number] {
  if (pad === "same") return [100, 100]; // whatever the window, it fits
  if (pad === "valid") return [0, 0];
  if (typeof pad === "number") return [2 * pad, 2 * pad];
  return [pad[1][0] + pad[1][1], pad[2][0] + pad[2][1]];
}

function exists({ size, taps, dilations, pad }: ConvolutionSetup): boolean {
  const padding = totalPadding(pad);
  return [0, 1].every((i) =>
    size[i] as number + (padding[i] as number) >=
      ((taps[i] as number) - 1) * (dilations[i] as number) + 1
  );
}

/** Convolutions of every kind: strided or dilated, padded in any way, even beyond the map. */
export const setups: fc.Arbitrary<ConvolutionSetup> = fc.record({
  size: pairOf(1, 9),
  taps: pairOf(1, 4),
  steps: pairOf(1, 4),
  isDilated: fc.boolean(),
  pad: paddings,
  dataFormat: fc.constantFrom("NHWC" as const, "NCHW" as const),
  channels: pairOf(1, 3),
}).map(({ steps, isDilated, ...rest }): ConvolutionSetup => ({
  ...rest,
  strides: isDilated ? [1, 1] : steps,
  dilations: isDilated ? steps : [1, 1],
})).filter(exists);

/** Values in `[-1, 1)`, the same in every run. */
export function noise(shape: number[], seed: number): tf.Tensor4D {
  return tf.randomUniform<tf.Rank>(shape, -1, 1, "float32", seed) as tf.Tensor4D;
}

/** Input, kernel and options of a setup. */
export function instantiate(setup: ConvolutionSetup): { maps: Maps; op: Parameters<Convolution> } {
  const { size, taps, channels, dataFormat, strides, pad, dilations } = setup;
  const shape = dataFormat === "NHWC" ? [2, ...size, channels[0]] : [2, channels[0], ...size];
  const maps: Maps = [noise(shape, 1), noise([...taps, ...channels], 2)];
  return { maps, op: [...maps, strides, pad, { dilations, dataFormat }] };
}

/** Values of a tensor, and those of its gradients. */
export function evaluate(convolution: Convolution, setup: ConvolutionSetup): tf.Tensor[] {
  const { maps, op: [, , ...how] } = instantiate(setup);
  const forward = (x: tf.Tensor4D, kernel: tf.Tensor4D) => convolution(x, kernel, ...how);
  const y = forward(...maps);
  const dy = noise(y.shape, 3);
  return [...maps, y, dy, ...gradientsOf(forward, maps, dy)];
}

/**
 * Fails unless `<dy, y> = <dx, x> = <dkernel, kernel>`: that is what the gradients of a function
 * that is linear in each of `x` and `kernel` satisfy.
 */
export function assertAdjoint(convolution: Convolution, setup: ConvolutionSetup): void {
  tf.tidy(() => {
    const [x, kernel, y, dy, dx, dkernel] = evaluate(convolution, setup) as [
      tf.Tensor,
      ...tf.Tensor[],
    ] as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    const expected = Array.from(tf.sum(tf.mul(dy, y)).dataSync());
    const scale = 1e-6 * (y.size + x.size + kernel.size);
    assertClose(tf.sum(tf.mul(dx, x)), expected, scale, "<dx, x>");
    assertClose(tf.sum(tf.mul(dkernel, kernel)), expected, scale, "<dkernel, kernel>");
  });
}

/** Fails unless a batch without images has the shapes of another, and a kernel's gradient of zeros. */
export function assertTakesNoImages(convolution: Convolution, setup: ConvolutionSetup): void {
  tf.tidy(() => {
    const { maps: [x, kernel], op: [, , ...how] } = instantiate(setup);
    const forward = (x: tf.Tensor4D, kernel: tf.Tensor4D) => convolution(x, kernel, ...how);
    const none = ({ shape: [, ...rest] }: tf.Tensor4D): tf.Tensor4D => tf.zeros([0, ...rest]);
    const y = forward(none(x), kernel);
    assert.deepEqual(y.shape, [0, ...forward(x, kernel).shape.slice(1)]);
    const [dx, dkernel] = gradientsOf(forward, [none(x), kernel], y);
    assert.deepEqual(dx.shape, none(x).shape);
    assert.deepEqual(dkernel.shape, kernel.shape);
    assertClose(dkernel, new Float32Array(kernel.size), 0);
  });
}

/** Fails unless cpu and wasm agree on the output and on both gradients. */
export async function assertBackendsAgree(
  convolution: Convolution,
  setup: ConvolutionSetup,
): Promise<void> {
  const results: Float32Array[][] = [];
  for (const backend of ["cpu", "wasm"]) {
    await tf.setBackend(backend);
    results.push(tf.tidy(() => {
      const values = evaluate(convolution, setup).map((tensor) => tensor.dataSync());
      return values as Float32Array[];
    }));
  }
  const [expected, actual] = results as [Float32Array[], Float32Array[]];
  for (const [i, values] of actual.entries()) {
    const largest = (expected[i] as Float32Array).reduce((a, b) => Math.max(a, Math.abs(b)), 1);
    assertClose(values, expected[i] as Float32Array, 1e-5 * largest, `tensor ${i}`);
  }
}
