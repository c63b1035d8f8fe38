/** Resizing: up, down, both, and the three ways to lay the grids. */
import * as tf from "../../../src/tf.ts";
import type { Case } from "../case.ts";
import { bilinear, nearest, type Sampling } from "../reference/resize.ts";
import { spread } from "../values.ts";

const kinds = [["resizeBilinear", bilinear], ["resizeNearestNeighbor", nearest]] as const;
const samplings: readonly Sampling[] = ["corner", "corners-aligned", "half-pixel"];

/** The cases. */
export const resizes: readonly Case[] = kinds.flatMap(([name, of]) =>
  samplings.flatMap((sampling) =>
    ([[8, 10], [3, 2], [7, 3], [4, 5]] as [number, number][]).map((size): Case => ({
      name: `${name} 4×5 to ${size.join("×")}, ${sampling}`,
      inputs: [spread([2, 4, 5, 2])],
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
