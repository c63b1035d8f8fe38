import type { SafetensorsTensor } from "../safetensors.ts";
import { byteLengthOf } from "../safetensors_dtypes.ts";

/**
 * A tensor with its axes in another order, whatever its type: bytes are copied, not read.
 *
 * @param tensor row-major
 * @param axes where each of the new axes is in the old tensor
 * @returns a copy, row-major
 */
export function reordered(
  { dtype, shape, bytes }: SafetensorsTensor,
  axes: readonly number[],
): SafetensorsTensor {
  const width = byteLengthOf(dtype, [1]);
  const sizes = axes.map((axis) => shape[axis]!);
  const strides = axes.map((axis) =>
    shape.slice(axis + 1).reduce((product, size) => product * size, width)
  );
  const copy = new Uint8Array(bytes.length);
  const place = sizes.map(() => 0);
  let source = 0;
  for (let target = 0; target < copy.length; target += width) {
    for (let byte = 0; byte < width; byte++) copy[target + byte] = bytes[source + byte]!;
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      source += strides[axis]!;
      if (++place[axis]! < sizes[axis]!) break;
      source -= strides[axis]! * sizes[axis]!;
      place[axis] = 0;
    }
  }
  return { dtype, shape: sizes, bytes: copy };
}
