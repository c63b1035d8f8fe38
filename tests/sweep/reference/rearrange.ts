import { fill, indicesOf, placeOf, sizeOf, type Values } from "../values.ts";

/**
 * Takes each number of the output from a place of the input.
 *
 * @param toShape the output's shape
 * @param toIndex the input's index for each of the output; none where there is a 0
 */
export function take(
  toShape: (shape: readonly number[]) => number[],
  toIndex: (index: number[], shape: readonly number[]) => number[] | undefined,
): (x: Values) => Values {
  return (x) => {
    const shape = toShape(x.shape), indices = indicesOf(shape);
    return fill(shape, (place) => {
      const index = toIndex(indices[place]!, x.shape);
      return index === undefined ? 0 : x.data[placeOf(x.shape, index)]!;
    });
  };
}

/** The same numbers in another shape. */
export function reshaped(shape: readonly number[]): (x: Values) => Values {
  return ({ data }) => ({ shape, data });
}

/** Another order of the axes. */
export function transposed(order: readonly number[]): (x: Values) => Values {
  return take(
    (shape) => order.map((axis) => shape[axis]!),
    (index, shape) => shape.map((_, axis) => index[order.indexOf(axis)]!),
  );
}

/** Arrays one after the other along an axis. */
export function joined(axis: number): (...inputs: Values[]) => Values {
  return (...inputs) => {
    const starts = inputs.map((_, i) =>
      inputs.slice(0, i).reduce((total, { shape }) => total + shape[axis]!, 0)
    );
    const length = inputs.reduce((total, { shape }) => total + shape[axis]!, 0);
    const shape = inputs[0]!.shape.with(axis, length), indices = indicesOf(shape);
    return fill(shape, (place) => {
      const index = indices[place]!;
      const which = starts.findLastIndex((start) => start <= index[axis]!);
      const { shape, data } = inputs[which]!;
      return data[placeOf(shape, index.with(axis, index[axis]! - starts[which]!))]!;
    });
  };
}

/** Adds the entries along the first axis up, by the segment that each belongs to. */
export function segmentSums(ids: readonly number[], segments: number): (x: Values) => Values {
  return (x) => {
    const inner = sizeOf(x.shape.slice(1));
    const data = new Float64Array(segments * inner);
    for (const [place, value] of x.data.entries()) {
      data[ids[Math.floor(place / inner)]! * inner + place % inner]! += value;
    }
    return { shape: [segments, ...x.shape.slice(1)], data };
  };
}
