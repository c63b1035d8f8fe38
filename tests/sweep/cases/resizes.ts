/** Resizing: up, down, both, and the three ways to lay the grids. */
import * as tf from "../../../src/tf.ts";
import type { Case } from "../case.ts";
import { bilinear, nearest, type Sampling } from "../reference/resize.ts";
import { spread } from "../values.ts";

type Pair = [number, number];

const kinds = [["resizeBilinear", bilinear], ["resizeNearestNeighbor", nearest]] as const;
const samplings: readonly Sampling[] = ["corner", "corners-aligned", "half-pixel"];

/** Of one row or one column, and of more. */
const sizes: readonly (readonly [from: Pair, to: Pair])[] = [
  [[4, 5], [8, 10]],
  [[4, 5], [3, 2]],
  [[4, 5], [7, 3]],
  [[4, 5], [4, 5]],
  [[1, 3], [4, 2]],
  [[3, 1], [2, 3]],
];

/** The cases. */
export const resizes: readonly Case[] = kinds.flatMap(([name, of]) =>
  samplings.flatMap((sampling) =>
    sizes.map(([from, size]): Case => ({
      name: `${name} ${from.join("×")} to ${size.join("×")}, ${sampling}`,
      inputs: [spread([2, ...from, 2])],
      op: (x) =>
        tf.image[name](
          x as tf.Tensor4D,
          size,
          sampling === "corners-aligned",
          sampling === "half-pixel",
        ),
      reference: of(size, sampling),
    }))
  )
);
