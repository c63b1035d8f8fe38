import { fill, indicesOf, placeOf, sizeOf, type Values } from "../values.ts";

/**
 * Makes one number of all along the axes.
 *
 * @param of a function of those numbers
 * @param axes the axes; all without
 * @param keepDims whether they stay, with length 1
 */
export function reduce(
  of: (numbers: number[]) => number,
  axes?: readonly number[],
  keepDims = false,
): (x: Values) => Values {
  return (x) => {
    const reduced = (axes ?? x.shape.map((_, axis) => axis)).map((axis) =>
      axis < 0 ? axis + x.shape.length : axis
    );
    const kept = x.shape.map((length, axis) => reduced.includes(axis) ? 1 : length);
    const groups = Array.from({ length: sizeOf(kept) }, (): number[] => []);
    for (const [place, index] of indicesOf(x.shape).entries()) {
      groups[placeOf(kept, index)]!.push(x.data[place]!);
    }
    const shape = keepDims ? kept : kept.filter((_, axis) => !reduced.includes(axis));
    return fill(shape, (place) => of(groups[place]!));
  };
}

/** The sum of numbers. */
export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, value) => total + value, 0);
}

/** The product of numbers. */
export function product(numbers: readonly number[]): number {
  return numbers.reduce((total, value) => total * value, 1);
}

/** The mean of numbers. */
export function mean(numbers: readonly number[]): number {
  return sum(numbers) / numbers.length;
}

/** The mean squared distance from the mean. */
export function variance(numbers: readonly number[]): number {
  const centre = mean(numbers);
  return mean(numbers.map((value) => (value - centre) ** 2));
}

/** A function of each line along an axis, which becomes as many numbers. */
export function along(
  axis: number,
  of: (line: number[]) => number[],
): (x: Values) => Values {
  return (x) => {
    const at = axis < 0 ? axis + x.shape.length : axis;
    const stride = sizeOf(x.shape.slice(at + 1)), length = x.shape[at]!;
    const data = new Float64Array(x.data.length);
    for (let place = 0; place < data.length; place++) {
      if (Math.floor(place / stride) % length !== 0) continue;
      const places = Array.from({ length }, (_, i) => place + i * stride);
      for (const [i, value] of of(places.map((p) => x.data[p]!)).entries()) {
        data[places[i]!] = value;
      }
    }
    return { shape: x.shape, data };
  };
}
