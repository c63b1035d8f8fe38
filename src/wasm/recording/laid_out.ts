/**
 * Convolutions whose kernel lasts from call to call: it is laid out once, in a call of its own.
 *
 * @module
 */
import type { Axis, Geometry } from "../../gradients/geometry.ts";
import * as tf from "../../tf.ts";
import type { Shape } from "../kernels/convolutions.ts";
import {
  LAID_OUT,
  type LaidOutConvolution,
  laidOutScratchBytes,
  LAYOUT,
  layoutSize,
} from "../kernels/laid_out_convolutions.ts";
import { Lasting } from "./lasting.ts";
import { valueOf } from "./tape.ts";
import type { Call, Operand, Outcome, Value } from "./values.ts";

/** A convolution, whichever kernel computes it. */
interface Convolution {
  readonly x: Operand;
  readonly kernel: Operand;
  readonly bias: Operand | undefined;
  readonly geometry: Geometry;
}

type Named = Record<string, Operand | undefined>;

/** Attributes of TensorFlow.js's fused convolution, as it calls its kernels. */
interface StockAttributes {
  readonly strides: [number, number];
  readonly pad: Parameters<typeof tf.backend_util.computeConv2DInfo>[4];
  readonly dataFormat: string;
  readonly dilations: [number, number];
  readonly dimRoundingMode: "floor" | "round" | "ceil";
  readonly activation: string | undefined;
}

/** Reads a kernel's call; undefined where it is not one to replace. */
const readers: Record<string, (call: Call) => Convolution | undefined> = {
  "weight-standardization/conv2d"({ operands, attributes }) {
    const { x, kernel } = operands as Named, { geometry } = attributes as unknown as Convolution;
    return { x: x!, kernel: kernel!, bias: undefined, geometry };
  },
  FusedConv2D({ operands, attributes }) {
    const { x, filter, bias, preluActivationWeights } = operands as Named;
    const stock = attributes as unknown as StockAttributes;
    const isPlain = stock.dataFormat === "NHWC" && (stock.activation ?? "linear") === "linear" &&
      preluActivationWeights === undefined;
    const isVector = bias === undefined || bias.shape.join() === `${filter!.shape[3]}`;
    if (!isPlain || !isVector) return undefined;
    return { x: x!, kernel: filter!, bias, geometry: geometryOf(x!, filter!, stock) };
  },
};

/**
 * Lets kernels that last be laid out once.
 *
 * @param calls the calls of a step
 * @param outcome what the step leaves behind
 * @returns the calls, where each such convolution is two
 */
export function layOutOnce(calls: readonly Call[], outcome: Outcome): Call[] {
  const kernels = [LAYOUT, LAID_OUT].map((name) => tf.getKernel(name, "wasm")?.kernelFunc);
  const [layout, laidOut] = kernels;
  if (layout === undefined || laidOut === undefined) return [...calls];
  const lasting = new Lasting(outcome), known = new Map<string, Operand>();
  const numbers = new Map<Value, number>(); // of the kernels' values
  return calls.flatMap((call) => {
    lasting.add(call);
    const convolution = readers[call.kernelName]?.(call);
    if (convolution === undefined || !isReplaced(convolution)) return [call];
    const { kernel } = convolution;
    numbers.set(kernel.value, numbers.get(kernel.value) ?? numbers.size);
    const key = `${numbers.get(kernel.value)}: ${kernel.shape}`; // shared kernels are laid out once
    const before = known.get(key);
    if (before !== undefined) return [laidOutCall(convolution, before, call, laidOut)];
    const first = layoutCall(kernel, layout);
    if (!lasting.add(first)) return [call]; // nor does the kernel, or its panels would be mostly 0
    const operand = operandOf(first.made[0]!);
    known.set(key, operand);
    return [first, laidOutCall(convolution, operand, call, laidOut)];
  });
}

function isReplaced({ x, kernel }: Convolution): boolean {
  const hasValues = x.value.bytes > 0 && kernel.value.bytes > 0;
  return hasValues && kernel.dtype === "float32" && x.dtype === "float32";
}

function layoutCall(kernel: Operand, kernelFunc: tf.KernelFunc): Call {
  return {
    kernelName: LAYOUT,
    kernel: kernelFunc,
    attributes: undefined,
    operands: { kernel },
    made: [made([layoutSize(kernel.shape as Shape)])],
    looks: false,
  };
}

function laidOutCall(
  { x, kernel, bias, geometry }: Convolution,
  layout: Operand,
  call: Call,
  kernelFunc: tf.KernelFunc,
): Call {
  const attributes: LaidOutConvolution = {
    geometry,
    kernelShape: kernel.shape as Shape,
    relu: false,
  };
  const info = { dataId: {}, shape: x.shape, dtype: x.dtype };
  const scratch = made([Math.ceil(laidOutScratchBytes(info, attributes) / 4)]);
  return {
    kernelName: LAID_OUT,
    kernel: kernelFunc,
    attributes: attributes as unknown as tf.NamedAttrMap,
    operands: { x, kernel: layout, bias, residual: undefined },
    made: [call.made[0]!, scratch],
    looks: false,
  };
}

function made(shape: number[]): Value {
  return valueOf({ kind: "call" }, shape, "float32", false);
}

function operandOf(value: Value): Operand {
  return { value, shape: value.shape, dtype: value.dtype };
}

function geometryOf(x: Operand, kernel: Operand, attributes: StockAttributes): Geometry {
  const { strides, dilations, pad, dimRoundingMode } = attributes;
  const info = tf.backend_util.computeConv2DInfo(
    ...[x.shape as Shape, kernel.shape as Shape, strides, dilations, pad, dimRoundingMode],
  );
  const { top, bottom, left, right } = info.padInfo;
  const height: Axis = {
    input: info.inHeight,
    taps: info.filterHeight,
    stride: info.strideHeight,
    dilation: info.dilationHeight,
    before: top,
    after: bottom,
    output: info.outHeight,
  };
  const width: Axis = {
    input: info.inWidth,
    taps: info.filterWidth,
    stride: info.strideWidth,
    dilation: info.dilationWidth,
    before: left,
    after: right,
    output: info.outWidth,
  };
  return [height, width];
}
