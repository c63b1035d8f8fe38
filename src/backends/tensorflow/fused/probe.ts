/**
 * Finds out which of this build of TensorFlow's convolutions dilate, on the device in use: by one
 * tiny operation each, whose values are compared, since some ignore a dilation. An operation that
 * rejects its dilation does so before it runs, without output on stderr.
 *
 * @module
 */
import { placeOf, toAxis } from "../../../gradients/geometry.ts";
import { toOperationAttributes } from "../attributes.ts";
import type { Binding } from "../binding.ts";
import { TF } from "../dtypes.ts";
import { TensorFlowError } from "../status.ts";
import type { Dilates } from "./convolution.ts";
import { attributesOf, type Kind, OPERATIONS, type Part } from "./native_convolution.ts";

/** Channels of the maps: a depthwise convolution of one channel is a dense one to TensorFlow. */
const CHANNELS: Readonly<Record<Kind, number>> = { Conv2D: 1, DepthwiseConv2dNative: 2 };

/** With the padding `SAME`, shapes fit also where the dilation is ignored. */
const AXIS = toAxis({ input: 4, taps: 3, stride: 1, dilation: 2 }, "same");

/** A map or a kernel of one channel; it is square. */
type Plane = number[];

const counted = (size: number): Plane => Array.from({ length: size * size }, (_, i) => i + 1);

/** Each operation's operands and result; the operands are whole numbers, so that all is exact. */
function example(): Record<"x" | "kernel" | "dy" | Part, Plane> {
  const { input, taps, output } = AXIS;
  const [x, kernel, dy] = [counted(input), counted(taps), counted(output)];
  const [forward, inputGradient, kernelGradient] = [dy, x, kernel].map((plane) =>
    plane.map(() => 0)
  ) as [Plane, Plane, Plane];
  const placeAlong = (at: number, tap: number) => placeOf(AXIS, at, tap);
  dy.forEach((gradient, o) => {
    kernel.forEach((weight, t) => {
      const row = placeAlong(Math.floor(o / output), Math.floor(t / taps));
      const column = placeAlong(o % output, t % taps);
      if (Math.min(row, column) < 0 || Math.max(row, column) >= input) return;
      const i = row * input + column;
      forward[o]! += x[i]! * weight;
      inputGradient[i]! += gradient * weight;
      kernelGradient[t]! += gradient * x[i]!;
    });
  });
  return { x, kernel, dy, forward, inputGradient, kernelGradient };
}

/** Whether an operation computes what its dilation says. */
function dilates(binding: Binding, kind: Kind, part: Part): boolean {
  const channels = CHANNELS[kind], { input, taps } = AXIS;
  const { x, kernel, dy, [part]: expected } = example();
  const mapShape = [1, input, input, channels], kernelShape = [taps, taps, channels, 1];
  const repeated = (plane: Plane) => plane.flatMap((value) => new Array(channels).fill(value));
  const tensor = (shape: number[], plane: Plane) =>
    binding.createTensor(shape, TF.FLOAT, repeated(plane));
  const sizes = (shape: number[]) => binding.createTensor([4], TF.INT32, shape);
  const operands: Record<Part, () => number[]> = {
    forward: () => [tensor(mapShape, x), tensor(kernelShape, kernel)],
    inputGradient: () => [sizes(mapShape), tensor(kernelShape, kernel), tensor(mapShape, dy)],
    kernelGradient: () => [tensor(mapShape, x), sizes(kernelShape), tensor(mapShape, dy)],
  };
  const inputs = operands[part]();
  const actual = run(binding, kind, part, inputs);
  inputs.forEach((id) => binding.deleteTensor(id));
  return actual !== undefined && repeated(expected).every((value, i) => value === actual[i]);
}

/** The operation's values; nothing where TensorFlow refuses. */
function run(binding: Binding, kind: Kind, part: Part, inputs: number[]) {
  const attributes = toOperationAttributes(attributesOf(kind, [AXIS, AXIS], "SAME"));
  try {
    const [output] = binding.executeOp(OPERATIONS[kind][part], attributes, inputs, 1);
    const values = binding.tensorDataSync(output!.id);
    binding.deleteTensor(output!.id);
    return values;
  } catch (error) {
    if (error instanceof TensorFlowError) return undefined;
    throw error;
  }
}

/**
 * Which operations of a kind of convolution dilate.
 *
 * @param binding runs operations at once
 * @param kind dense or depthwise
 */
export function probeDilations(binding: Binding, kind: Kind): Dilates {
  return {
    forward: dilates(binding, kind, "forward"),
    inputGradient: dilates(binding, kind, "inputGradient"),
    kernelGradient: dilates(binding, kind, "kernelGradient"),
  };
}
