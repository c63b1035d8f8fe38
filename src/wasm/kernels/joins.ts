/**
 * `tf.concat` and `tf.split`, of which one is the other's gradient. TensorFlow.js copies row by row
 * in JavaScript; maps joined by their channels have as many rows as pixels.
 *
 * @module
 */
import * as tf from "../../tf.ts";
import { binary } from "./copy_binary.ts";
import type { WasmKernel } from "./kernel.ts";
import type { Workspace } from "./workspace.ts";

const sizeOf = (lengths: readonly number[]) => lengths.reduce((size, length) => size * length, 1);

/** Copies between the parts, which are joined along an axis, and the whole. */
function copy(
  workspace: Workspace,
  parts: readonly tf.TensorInfo[],
  whole: tf.TensorInfo,
  axis: number,
  direction: "to parts" | "to whole",
): void {
  const { copyRows } = workspace.functionsOf<"copyRows">(binary);
  const bytesOf = ({ shape, dtype }: tf.TensorInfo) =>
    sizeOf(shape.slice(axis)) * tf.util.bytesPerElement(dtype);
  const rows = sizeOf(whole.shape.slice(0, axis)), stride = bytesOf(whole);
  let place = workspace.addressOf(whole);
  for (const part of parts) {
    const address = workspace.addressOf(part), bytes = bytesOf(part);
    if (direction === "to whole") copyRows(address, bytes, place, stride, bytes, rows);
    else copyRows(place, stride, address, bytes, bytes, rows);
    place += bytes;
  }
}

const axisOf = (attributes: Readonly<Record<string, unknown>>, { shape }: tf.TensorInfo) =>
  tf.util.parseAxisParam(attributes.axis as number, shape)[0]!;

const concat: WasmKernel = {
  name: "Concat",
  // Strings lie in JavaScript; a part that is alone is shared, not copied.
  replaces(inputs) {
    const parts = Object.values(inputs), [{ dtype } = { dtype: "string" }] = parts;
    return dtype !== "string" && parts.every((part) => part.dtype === dtype) &&
      parts.filter(({ shape }) => sizeOf(shape) > 0).length > 1;
  },
  compute(workspace, inputs, attributes) {
    const parts = Object.values(inputs), axis = axisOf(attributes, parts[0]!);
    const shapes = parts.map(({ shape }) => shape);
    tf.backend_util.assertParamsConsistent(shapes, axis);
    const shape = tf.backend_util.computeOutShape(shapes, axis);
    const whole = workspace.output(shape, parts[0]!.dtype);
    copy(workspace, parts, whole, axis, "to whole");
    return whole;
  },
};

const split: WasmKernel = {
  name: "SplitV",
  replaces: ({ x }) => x!.dtype !== "string",
  compute(workspace, { x }, attributes) {
    const axis = axisOf(attributes, x!);
    const sizes = attributes.numOrSizeSplits as number | number[];
    // It asks for the shape alone, whatever its type says.
    const lengths = tf.backend_util.prepareSplitSize(x as tf.Tensor, sizes, axis);
    const parts = lengths.map((length) => workspace.output(x!.shape.with(axis, length), x!.dtype));
    copy(workspace, parts, x!, axis, "to parts");
    return parts;
  },
};

/** Joining tensors along an axis, and taking them apart. */
export const joinKernels: readonly WasmKernel[] = [concat, split];
