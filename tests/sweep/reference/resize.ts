import { fill, indicesOf, placeOf, type Values } from "../values.ts";

/** Where an output's centre lies in the input, along one axis. */
export type Sampling = "corner" | "corners-aligned" | "half-pixel";

function sourceOf(output: number, from: number, to: number, sampling: Sampling): number {
  if (sampling === "corners-aligned") return to > 1 ? output * (from - 1) / (to - 1) : 0;
  return sampling === "half-pixel" ? (output + 0.5) * from / to - 0.5 : output * from / to;
}

/** Resizes `[batch, height, width, channels]`, between the two nearest rows and columns. */
export function bilinear(size: readonly number[], sampling: Sampling): (x: Values) => Values {
  return (x) => {
    const shape = [x.shape[0]!, ...size, x.shape[3]!], indices = indicesOf(shape);
    const near = (axis: number, output: number) => {
      const length = x.shape[axis]!;
      const source = Math.max(0, sourceOf(output, length, shape[axis]!, sampling));
      const low = Math.min(Math.floor(source), length - 1), high = Math.min(low + 1, length - 1);
      return { low, high, share: source - Math.floor(source) };
    };
    return fill(shape, (place) => {
      const [batch, row, column, channel] = indices[place] as [number, number, number, number];
      const y = near(1, row), across = near(2, column);
      const at = (row: number, column: number) =>
        x.data[placeOf(x.shape, [batch, row, column, channel])]!;
      const line = (row: number) =>
        at(row, across.low) * (1 - across.share) + at(row, across.high) * across.share;
      return line(y.low) * (1 - y.share) + line(y.high) * y.share;
    });
  };
}

/** Resizes `[batch, height, width, channels]`, to the nearest row and column. */
export function nearest(size: readonly number[], sampling: Sampling): (x: Values) => Values {
  return (x) => {
    const shape = [x.shape[0]!, ...size, x.shape[3]!], indices = indicesOf(shape);
    const near = (axis: number, output: number) => {
      const length = x.shape[axis]!, to = shape[axis]!;
      if (sampling === "corners-aligned") {
        return Math.min(length - 1, Math.round(sourceOf(output, length, to, sampling)));
      }
      const place = (output + (sampling === "half-pixel" ? 0.5 : 0)) * length / to;
      return Math.min(length - 1, Math.floor(place));
    };
    return fill(shape, (place) => {
      const [batch, row, column, channel] = indices[place] as [number, number, number, number];
      return x.data[placeOf(x.shape, [batch, near(1, row), near(2, column), channel])]!;
    });
  };
}
