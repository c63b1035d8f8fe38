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
 * Padding as a list that has room for every output that `dimRoundingMode` counts. "same" pads by 0
 * along an axis whose windows leave places out.
 *
 * @param shape the map's
 * @param filterShape a convolution's `[height, width, …]`; a pool has none
 * @param attributes of the kernel
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
    const input = shape[first + axis]!, span = extent(taps[axis]!, dilations[axis]);
    if (pad === "same") return sameBorder(input, span, strides[axis]);
    const [before, after] = typeof pad === "object"
      ? pad[first + axis]!
      : toPair(pad === "valid" ? 0 : pad);
    const steps = round((input + before + after - span) / strides[axis], attributes);
    return [before, Math.max(after, steps * strides[axis] + span - input - before)];
  };
  const inner = [border(0), border(1)];
  return dataFormat === "NCHW" ? [[0, 0], [0, 0], ...inner] : [[0, 0], ...inner, [0, 0]];
}

/** TensorFlow's "same": the odd zero behind. */
function sameBorder(input: number, span: number, stride: number): Borders {
  const total = Math.max(0, (Math.ceil(input / stride) - 1) * stride + span - input);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

function round(steps: number, { dimRoundingMode }: WindowAttributes): number {
  return Math[dimRoundingMode ?? "floor"](steps);
}
