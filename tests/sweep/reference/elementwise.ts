import { fill, indicesOf, placeOf, type Values } from "../values.ts";

/** A function of each number, or of those at the same place; what is smaller is broadcast. */
export function each(of: (...numbers: number[]) => number): (...inputs: Values[]) => Values {
  return (...inputs) => {
    const shape = broadcastShape(inputs.map((input) => input.shape));
    const indices = indicesOf(shape);
    return fill(
      shape,
      (place) => of(...inputs.map((input) => input.data[placeOf(input.shape, indices[place]!)]!)),
    );
  };
}

/** The shape that all broadcast to. */
export function broadcastShape(shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from(
    { length: rank },
    (_, axis) => Math.max(...shapes.map((shape) => shape[axis - rank + shape.length] ?? 1)),
  );
}

/** The error function: a power series, exact to float64 for the small numbers of a sweep. */
export function erf(x: number): number {
  let term = x, sum = x;
  for (let n = 1; n < 60; n++) {
    term *= -x * x / n;
    sum += term / (2 * n + 1);
  }
  return sum * 2 / Math.sqrt(Math.PI);
}

/** The logistic function. */
export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
