/**
 * Convolutions, dense and depthwise, by TensorFlow's own operations where possible, and otherwise
 * by the same operations on rearranged maps. What they support depends on the device and on whether
 * oneDNN is on: without it the depthwise one rejects dilations and unequal strides, and the dense
 * gradients reject dilations; and with or without it, the depthwise gradients ignore dilations,
 * without an error.
 *
 * - A dilated convolution becomes an undilated one, over residues of rows and columns: in two to
 *   five times an undilated one's time, where one slice a tap takes up to eight times. The kernel's
 *   gradient goes tap by tap where the dilation is so large that the taps read little: at 24 on a map
 *   of 32 × 32 in a third of the time, and without the padded map, nine times the size, twice.
 * - One with unequal strides runs at their greatest common divisor, and every n-th output is kept:
 *   in a seventh of the time of slices with a stride. This applies to every build and kind, as
 *   oneDNN's dense convolution gets some unequal strides wrong, without an error.
 *
 * @module
 */
import * as tf from "../../../tf.ts";
import { frame, spread, subsample } from "../../../gradients/frame.ts";
import { type Axis, type Geometry, span } from "../../../gradients/geometry.ts";
import type { FusedKernel, Runner } from "./kernel.ts";
import {
  type Kind,
  nativeForward,
  nativeInputGradient,
  nativeKernelGradient,
  type Part,
} from "./native_convolution.ts";
import {
  mapToResidues,
  outputsToResidues,
  residueGeometry,
  residuesToMap,
  residuesToOutputs,
} from "./residues.ts";
import { areTapsCheaper, kernelGradientByTaps } from "./taps.ts";

/** Which of a kind's operations support a dilation above 1. */
export type Dilates = Readonly<Record<Part, boolean>>;

/** A convolution and its gradients, whatever the geometry. Maps are `[batch, height, width, …]`. */
export interface Convolution {
  /** Dense or depthwise. */
  readonly kind: Kind;
  /** Which of TensorFlow's operations know dilations. */
  readonly dilates: Dilates;
  /** The outputs. */
  forward(runner: Runner, x: tf.Tensor4D, kernel: tf.Tensor4D, geometry: Geometry): tf.Tensor4D;
  /** The gradient with respect to the input. */
  inputGradient(
    runner: Runner,
    dy: tf.Tensor4D,
    kernel: tf.Tensor4D,
    geometry: Geometry,
  ): tf.Tensor4D;
  /** The gradient with respect to the kernel. */
  kernelGradient(runner: Runner, dy: tf.Tensor4D, x: tf.Tensor4D, geometry: Geometry): tf.Tensor4D;
}

const isDilated = (geometry: Geometry) => geometry.some(({ dilation }) => dilation > 1);
const isStrided = (geometry: Geometry) => geometry.some(({ stride }) => stride > 1);

/**
 * The same, without what has no effect: the stride along an axis with one output is the other
 * axis's (a convolution in one dimension is one in two, of height 1), the dilation of a single tap
 * is 1.
 */
function simplified([height, width]: Geometry): Geometry {
  const axis = (of: Axis, other: Axis): Axis => {
    const dilation = of.taps === 1 ? 1 : of.dilation;
    if (of.output !== 1) return { ...of, dilation };
    return { ...of, dilation, stride: other.stride, after: span(of) - of.input - of.before };
  };
  const first = axis(height, width);
  return [first, axis(width, first)];
}

/** Whether TensorFlow's operation supports the geometry as it is. */
function fits(dilates: boolean, geometry: Geometry): boolean {
  if (geometry[0].stride !== geometry[1].stride) return false;
  return !isDilated(geometry) || (dilates && !isStrided(geometry));
}

const divisor = (a: number, b: number): number => b === 0 ? a : divisor(b, a % b);

/** A geometry with equal strides, and the distance of the wanted ones among its outputs. */
function equalize(geometry: Geometry): { dense: Geometry; apart: [number, number] } {
  const [height, width] = geometry;
  // Residues want stride 1.
  const stride = isDilated(geometry) ? 1 : divisor(height.stride, width.stride);
  const axis = (of: Axis): Axis => {
    const output = (of.output - 1) * (of.stride / stride) + 1;
    const after = (output - 1) * stride + span(of) - of.input - of.before;
    return { ...of, stride, output, after };
  };
  return {
    dense: [axis(height), axis(width)],
    apart: [height.stride / stride, width.stride / stride],
  };
}

/** Outputs, or their gradient, among those of equal strides; the others count for nothing. */
function spreadOutputs(
  dy: tf.Tensor4D,
  apart: [number, number],
  [height, width]: Geometry,
): tf.Tensor4D {
  const wide = spread(dy, apart);
  return frame(wide, [0, height.output - wide.shape[1]], [0, width.output - wide.shape[2]]);
}

const isOne = ([a, b]: [number, number]) => a === 1 && b === 1;

/**
 * A convolution of one kind.
 *
 * @param kind dense or depthwise
 * @param dilates which of TensorFlow's operations support dilations
 */
export function makeConvolution(kind: Kind, dilates: Dilates): Convolution {
  return {
    kind,
    dilates,
    forward(runner, x, kernel, whole) {
      if (x.size === 0) return noOutputs(kind, x, kernel, whole);
      const geometry = simplified(whole);
      if (fits(dilates.forward, geometry)) return nativeForward(runner, kind, x, kernel, geometry);
      const { dense, apart } = equalize(geometry);
      if (!isOne(apart)) return subsample(this.forward(runner, x, kernel, dense), apart);
      const images = mapToResidues(x, geometry);
      const outputs = this.forward(runner, images, kernel, residueGeometry(geometry));
      return residuesToOutputs(outputs, geometry);
    },
    inputGradient(runner, dy, kernel, whole) {
      const geometry = simplified(whole);
      if (fits(dilates.inputGradient, geometry)) {
        return nativeInputGradient(runner, kind, dy, kernel, geometry);
      }
      const { dense, apart } = equalize(geometry);
      if (!isOne(apart)) {
        return this.inputGradient(runner, spreadOutputs(dy, apart, dense), kernel, dense);
      }
      const images = outputsToResidues(dy, geometry);
      const gradient = this.inputGradient(runner, images, kernel, residueGeometry(geometry));
      return residuesToMap(gradient, geometry);
    },
    kernelGradient(runner, dy, x, whole) {
      const geometry = simplified(whole);
      if (fits(dilates.kernelGradient, geometry)) {
        return nativeKernelGradient(runner, kind, dy, x, geometry);
      }
      const { dense, apart } = equalize(geometry);
      if (!isOne(apart)) {
        return this.kernelGradient(runner, spreadOutputs(dy, apart, dense), x, dense);
      }
      if (areTapsCheaper(geometry)) return kernelGradientByTaps(runner, kind, dy, x, geometry);
      const gradients = outputsToResidues(dy, geometry), images = mapToResidues(x, geometry);
      return this.kernelGradient(runner, gradients, images, residueGeometry(geometry));
    },
  };
}

/** TensorFlow gives an empty batch's output the input's channels. */
function noOutputs(
  kind: Kind,
  x: tf.Tensor4D,
  { shape: [, , channels, last] }: tf.Tensor4D,
  [height, width]: Geometry,
): tf.Tensor4D {
  const outputs = kind === "Conv2D" ? last : channels * last;
  return tf.zeros([x.shape[0], height.output, width.output, outputs]);
}

/** What the library calls each kind's kernels. */
const NAMES: Readonly<Record<Kind, string>> = {
  Conv2D: "weight-standardization/conv2d",
  DepthwiseConv2dNative: "weight-standardization/depthwise-conv2d",
};

/**
 * The library's kernels by a convolution. The depthwise gradient with respect to the input stays
 * the library's where TensorFlow's depthwise convolution dilates: that is one more such
 * convolution, and takes two thirds of the time of residues.
 */
export function convolutionKernels(convolution: Convolution): FusedKernel[] {
  const { kind, dilates } = convolution;
  type Maps = Readonly<Record<string, tf.Tensor4D>>; // as the library's kernels have them
  const kernel = (
    suffix: string,
    compute: (runner: Runner, inputs: Maps, geometry: Geometry) => tf.Tensor4D,
  ): FusedKernel => ({
    name: `${NAMES[kind]}${suffix}`,
    compute: (runner, inputs, attributes) => [
      compute(runner, inputs as Maps, (attributes as { geometry: Geometry }).geometry),
    ],
  });
  const forward = kernel(
    "",
    (runner, { x, kernel }, geometry) => convolution.forward(runner, x!, kernel!, geometry),
  );
  const toInput = kernel(
    "-input-gradient",
    (runner, { dy, kernel }, geometry) => convolution.inputGradient(runner, dy!, kernel!, geometry),
  );
  const toKernel = kernel(
    "-kernel-gradient",
    (runner, { dy, x }, geometry) => convolution.kernelGradient(runner, dy!, x!, geometry),
  );
  const isLibrarys = kind === "DepthwiseConv2dNative" && dilates.forward;
  return isLibrarys ? [forward, toKernel] : [forward, toInput, toKernel];
}
