/** Pools: windows, strides and paddings. */
import * as tf from "../../../src/tf.ts";
import type { Case } from "../case.ts";
import { mean } from "../reference/reduce.ts";
import { pooling, type Window } from "../reference/windows.ts";
import { spread } from "../values.ts";
import { describe, toStock } from "./convolutions.ts";

type Pair = [number, number];
type Triple = [number, number, number];

const largest = (numbers: number[]) => Math.max(...numbers);
const kinds = [["maxPool", largest], ["avgPool", mean]] as const;

const planes: readonly Case[] = kinds.flatMap(([name, of]) =>
  ([[1, 1], [2, 3], [3, 2], [3, 3]] as Pair[]).flatMap((taps) =>
    (["valid", "same", 1, [[1, 0], [0, 1]]] as Window["pad"][])
      // A window that lies wholly in the padding holds nothing.
      .filter((pad) => taps[0] > 1 || typeof pad === "string").flatMap((pad) =>
        ([[1, 1], [2, 2], [1, 3]] as Pair[]).map((strides): Case => ({
          name: `${name} ${describe(taps, { strides, pad })}`,
          inputs: [spread([2, 5, 6, 2])],
          op: (x) => tf[name](x as tf.Tensor4D, taps, strides, toStock(pad)),
          reference: pooling({ taps, strides, pad }, of),
        }))
      )
  )
);

/** Windows so far apart that they leave places out. */
const apart: readonly Case[] = kinds.flatMap(([name, of]) =>
  ([[[2, 1], [4, 3]], [[1, 2], [3, 4]]] as [Pair, Pair][]).map(([taps, strides]): Case => ({
    name: `${name} ${describe(taps, { strides, pad: "same" })}`,
    inputs: [spread(taps[0] === 2 ? [2, 8, 6, 2] : [2, 6, 8, 2])],
    op: (x) => tf[name](x as tf.Tensor4D, taps, strides, "same"),
    reference: pooling({ taps, strides, pad: "same" }, of),
  }))
);

const rounded: readonly Case[] = kinds.map(([name, of]) => ({
  name: `${name} 3×2 0, strides 2×2, dimRoundingMode ceil`,
  inputs: [spread([2, 6, 5, 2])],
  op: (x) => tf[name](x as tf.Tensor4D, [3, 2], 2, 0, "ceil"),
  reference: pooling({ taps: [3, 2], strides: [2, 2], pad: 0, isCeil: true }, of),
}));

const dilated: readonly Case[] = kinds.map(([name, of]) => ({
  name: `pool ${name} 2×2 valid, dilations 2×2`,
  inputs: [spread([2, 5, 6, 2])],
  op: (x) => tf.pool(x as tf.Tensor4D, 2, name === "maxPool" ? "max" : "avg", "valid", 2, 1),
  reference: pooling({ taps: [2, 2], strides: [1, 1], pad: "valid", dilations: [2, 2] }, of),
}));

const boxes: readonly Case[] = kinds.flatMap(([name, of]) =>
  ([[1, 1, 1], [2, 3, 2], [1, 2, 3]] as Triple[]).flatMap((taps) =>
    (["valid", "same", 1] as const).filter((pad) => pad !== 1 || taps[0] > 1).flatMap((pad) =>
      ([[1, 1, 1], [2, 2, 2], [3, 1, 2]] as Triple[]).map((strides): Case => ({
        name: `${name}3d ${describe(taps, { strides, pad })}`,
        inputs: [spread([2, 3, 4, 5, 2])],
        op: (x) => tf[`${name}3d`](x as tf.Tensor5D, taps, strides, pad),
        reference: pooling({ taps, strides, pad }, of),
      }))
    )
  )
);

/** The cases. */
export const pools: readonly Case[] = [...planes, ...apart, ...rounded, ...dilated, ...boxes];
