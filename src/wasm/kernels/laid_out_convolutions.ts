/**
 * A convolution in two calls: one lays the kernel out, and depends on nothing else; the other takes
 * it so. A recording makes them of one call where the kernel stays as it is from call to call.
 *
 * @module
 */
import type { Geometry } from "../../gradients/geometry.ts";
import type * as tf from "../../tf.ts";
import { forwardLayout, forwardReadings, type Shape } from "./convolutions.ts";
import type { WasmKernel } from "./kernel.ts";
import { laidOutSize, layOut, multiply, scratchBytes } from "./products.ts";

/** Input `kernel`; the output is `[size]`. */
export const LAYOUT = "weight-standardization/conv2d-layout";

/**
 * Inputs `x`, `kernel` as it is laid out, `bias` `[outChannels]` and `residual` of the output's
 * shape, either of which may be absent. The output is the convolution plus both, through a ReLU
 * where `relu` says so. A residual wants channels in eights.
 */
export const LAID_OUT = "weight-standardization/conv2d-laid-out";

/** What {@linkcode LAID_OUT} computes. (TensorFlow.js types a kernel's attributes loosely.) */
export interface LaidOutConvolution {
  readonly geometry: Geometry;
  /** The kernel's shape before it was laid out. */
  readonly kernelShape: Shape;
  readonly relu: boolean;
}

/** The values that {@linkcode LAYOUT} makes of a kernel. */
export function layoutSize(kernelShape: Shape): number {
  return laidOutSize(forwardLayout(kernelShape), kernelShape[0] * kernelShape[1]);
}

/** The bytes that {@linkcode LAID_OUT} needs meanwhile. */
export function laidOutScratchBytes(x: tf.TensorInfo, convolution: LaidOutConvolution): number {
  return scratchBytes({ source: x, ...formOf(convolution) });
}

function formOf({ geometry, kernelShape }: LaidOutConvolution) {
  return { layout: forwardLayout(kernelShape), readings: forwardReadings(geometry) };
}

const layout: WasmKernel = {
  name: LAYOUT,
  compute(workspace, { kernel }) {
    const shape = kernel!.shape as Shape;
    const output = workspace.output([layoutSize(shape)]);
    const [from, to] = [kernel!, output].map((tensor) => workspace.addressOf(tensor));
    const all = (taps: number) => ({ taps, firstTap: 0, kernelStep: 1 });
    layOut(workspace, from!, to!, forwardLayout(shape), [all(shape[0]), all(shape[1])]);
    return output;
  },
};

const laidOut: WasmKernel = {
  name: LAID_OUT,
  compute(workspace, { x, kernel, bias, residual }, attributes) {
    const convolution = attributes as unknown as LaidOutConvolution;
    const { geometry: [height, width], kernelShape, relu } = convolution;
    const out = workspace.output([x!.shape[0]!, height.output, width.output, kernelShape[3]]);
    const end = { bias, residual, relu };
    multiply(workspace, { source: x!, kernel: kernel!, out, ...formOf(convolution), end });
    return out;
  },
};

/** A convolution whose kernel is laid out in a call of its own. */
export const laidOutConvolutionKernels: readonly WasmKernel[] = [layout, laidOut];
