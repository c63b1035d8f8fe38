/** Stock layers that pool or resize. */
import * as tf from "../../../src/tf.ts";
import { mean, reduce } from "../reference/reduce.ts";
import { bilinear, nearest } from "../reference/resize.ts";
import { pooling } from "../reference/windows.ts";
import { type Layer, type LayerCase, type LayerRow, toCase } from "./layer_case.ts";

type Factory = (args: object) => Layer;

const largest = (numbers: number[]) => Math.max(...numbers);

const pools: readonly LayerRow[] = (["max", "average"] as const).flatMap((kind) => {
  const of = kind === "max" ? largest : mean;
  const make = (rank: 1 | 2 | 3) => tf.layers[`${kind}Pooling${rank}d`] as unknown as Factory;
  return [
    ...(["valid", "same"] as const).flatMap((padding): LayerRow[] => [{
      layer: `${kind}Pooling1d`,
      how: padding,
      make: () => make(1)({ poolSize: 3, strides: 2, padding }),
      x: [2, 7, 2],
      reference: pooling({ taps: [3], strides: [2], pad: padding }, of),
    }, {
      layer: `${kind}Pooling2d`,
      how: padding,
      make: () => make(2)({ poolSize: [3, 2], strides: 2, padding }),
      x: [2, 5, 6, 2],
      reference: pooling({ taps: [3, 2], strides: [2, 2], pad: padding }, of),
    }, {
      layer: `${kind}Pooling3d`,
      how: padding,
      make: () => make(3)({ poolSize: [2, 3, 2], strides: [2, 1, 2], padding }),
      x: [2, 3, 4, 5, 2],
      reference: pooling({ taps: [2, 3, 2], strides: [2, 1, 2], pad: padding }, of),
    }]),
    {
      layer: kind === "max" ? "globalMaxPooling1d" : "globalAveragePooling1d",
      make: () => tf.layers[kind === "max" ? "globalMaxPooling1d" : "globalAveragePooling1d"]({}),
      x: [2, 5, 3],
      reference: reduce(of, [1]),
    },
    {
      layer: kind === "max" ? "globalMaxPooling2d" : "globalAveragePooling2d",
      make: () => {
        const dataFormat = "channelsLast";
        return kind === "max"
          ? tf.layers.globalMaxPooling2d({ dataFormat })
          : tf.layers.globalAveragePooling2d({ dataFormat });
      },
      x: [2, 4, 3, 3],
      reference: reduce(of, [1, 2]),
    },
  ];
});

const resizes: readonly LayerRow[] = [
  {
    layer: "upSampling2d",
    make: () => tf.layers.upSampling2d({ size: [2, 3] }),
    x: [2, 3, 4, 2],
    reference: nearest([6, 12], "corner"),
  },
  {
    layer: "upSampling2d",
    how: "bilinear",
    make: () => tf.layers.upSampling2d({ size: [2, 2], interpolation: "bilinear" }),
    x: [2, 3, 4, 2],
    reference: bilinear([6, 8], "corner"),
  },
  {
    layer: "resizing",
    make: () => tf.layers.resizing({ height: 5, width: 3, interpolation: "bilinear" }),
    x: [2, 3, 4, 2],
    reference: bilinear([5, 3], "corners-aligned"), // where Keras has half-pixel centres
  },
];

/** The cases. */
export const windowLayers: readonly LayerCase[] = [...pools, ...resizes].map(toCase);
