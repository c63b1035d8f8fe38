import type { SafetensorsTensor } from "../safetensors.ts";
import { byteLengthOf } from "../safetensors_dtypes.ts";

/**
 * A tensor with its axes in another order, whatever its type: numbers are copied, not read.
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
  const [source, target] = [wordsOf(width, bytes), wordsOf(width, new Uint8Array(bytes.length))];
  const words = width / source.BYTES_PER_ELEMENT;
  const sizes = axes.map((axis) => shape[axis]!);
  const strides = axes.map((axis) =>
    shape.slice(axis + 1).reduce((product, size) => product * size, words)
  );
  const place = sizes.map(() => 0);
  let from = 0;
  for (let to = 0; to < target.length; to += words) {
    for (let word = 0; word < words; word++) target[to + word] = source[from + word]!;
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++place[axis]! < sizes[axis]!) break;
      from -= strides[axis]! * sizes[axis]!;
      place[axis] = 0;
    }
  }
  return { dtype, shape: sizes, bytes: new Uint8Array(target.buffer) };
}

/** A copy of some bytes, in words of a number's width, of 4 bytes at most. */
function wordsOf(width: number, bytes: Uint8Array): Uint8Array | Uint16Array | Uint32Array {
  const { buffer } = bytes.slice();
  if (width === 1) return new Uint8Array(buffer);
  return width === 2 ? new Uint16Array(buffer) : new Uint32Array(buffer);
}
