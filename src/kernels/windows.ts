/** The sizes of sliding windows, as attributes of TensorFlow.js's kernels. */

/** Height and width of a size that may be one number. */
export function toPair(size: number | readonly number[]): [number, number] {
  return typeof size === "number" ? [size, size] : [size[0]!, size[1]!];
}

/** Depth, height and width of a size that may be one number. */
export function toTriple(size: number | readonly number[]): [number, number, number] {
  return typeof size === "number" ? [size, size, size] : [size[0]!, size[1]!, size[2]!];
}

/** Inputs between a window's first tap and its last, both counted. */
export function extent(taps: number, dilation: number): number {
  return (taps - 1) * dilation + 1;
}
