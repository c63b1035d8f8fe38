import type { Axis, Geometry } from "../../gradients/geometry.ts";

/**
 * The axes of a sliding window as the functions of windows.as take them.
 *
 * @param attributes a kernel's, with the geometry (TensorFlow.js types attributes loosely)
 * @returns six numbers an axis
 */
export function axisNumbers(attributes: Readonly<Record<string, unknown>>): number[] {
  const { geometry } = attributes as { geometry: Geometry };
  return geometry.flatMap(({ input, taps, stride, dilation, before, output }: Axis) => [
    input,
    taps,
    stride,
    dilation,
    before,
    output,
  ]);
}
