import { extent, toPair } from "./windows.ts";

type Size = number | [number, number];
/** Zeros before and after an axis. */
export type Borders = [before: number, after: number];

/** The attributes of convolutions and pools in two dimensions. */
export interface WindowAttributes {
  strides: Size;
  pad: "valid" | "same" | number | Borders[];
  filterSize?: Size;
  dilations?: Size | null;
  dimRoundingMode?: "floor" | "round" | "ceil" | null;
  dataFormat?: "NHWC" | "NCHW";
}

/**
 * A number or list as padding, as a list that has room for every output that `dimRoundingMode`
 * counts.
 *
 * @param shape the map's
 * @param filterShape a convolution's `[height, width, …]`; a pool has none
 * @param attributes of the kernel; their `pad` is no string
 * @returns a pair for each of the map's axes, in the order of the layout
 */
export function toBorders(
  shape: readonly number[],
  filterShape: readonly number[] | undefined,
  attributes: WindowAttributes,
): Borders[] {
  const { pad, dataFormat, filterSize = 1 } = attributes;
  const first = dataFormat === "NCHW" ? 2 : 1;
  const strides = toPair(attributes.strides), dilations = toPair(attributes.dilations ?? 1);
  const taps = filterShape ?? toPair(filterSize);
  const border = (axis: 0 | 1): Borders => {
    const given = typeof pad === "number" ? [pad, pad] : (pad as Borders[])[first + axis]!;
    const [before, after] = given as Borders;
    const input = shape[first + axis]!, span = extent(taps[axis]!, dilations[axis]);
    const steps = round((input + before + after - span) / strides[axis], attributes);
    return [before, Math.max(after, steps * strides[axis] + span - input - before)];
  };
  const inner = [border(0), border(1)];
  return dataFormat === "NCHW" ? [[0, 0], [0, 0], ...inner] : [[0, 0], ...inner, [0, 0]];
}

function round(steps: number, { dimRoundingMode }: WindowAttributes): number {
  return Math[dimRoundingMode ?? "floor"](steps);
}
