/** Stock layers with weights, with respect to their input and to each weight. */
import * as tf from "../../../src/tf.ts";
import { each } from "../reference/elementwise.ts";
import { take } from "../reference/rearrange.ts";
import { mean, reduce, variance } from "../reference/reduce.ts";
import { convolution, depthwise, transposedConvolution } from "../reference/windows.ts";
import { spread, type Values } from "../values.ts";
import { call, type Layer, type LayerCase, type LayerRow, toCase } from "./layer_case.ts";

const kernel = (...shape: number[]) => spread(shape, -0.8, 0.8, 1);
const bias = (length: number) => spread([length], -0.5, 0.5, 2);
const plus = each((x, bias) => x! + bias!);
const relu = each((x) => Math.max(0, x!));
const sizes = ["valid", "same"] as const;

const convolutions: readonly LayerRow[] = [
  ...sizes.flatMap((padding): LayerRow[] => [
    {
      layer: "conv1d",
      how: padding,
      make: () => tf.layers.conv1d({ filters: 3, kernelSize: 3, strides: 2, padding }),
      x: [2, 7, 2],
      weights: [kernel(3, 2, 3), bias(3)],
      reference: (x, k, b) => plus(convolution({ strides: [2], pad: padding })(x, k!), b!),
    },
    {
      layer: "conv2d",
      how: padding,
      make: () => tf.layers.conv2d({ filters: 3, kernelSize: [3, 2], strides: [2, 1], padding }),
      x: [2, 5, 6, 2],
      weights: [kernel(3, 2, 2, 3), bias(3)],
      reference: (x, k, b) => plus(convolution({ strides: [2, 1], pad: padding })(x, k!), b!),
    },
    {
      layer: "conv3d",
      how: `${padding}, windows smaller than the stride`,
      make: () => tf.layers.conv3d({ filters: 2, kernelSize: 1, strides: 2, padding }),
      x: [2, 4, 3, 4, 2],
      weights: [kernel(1, 1, 1, 2, 2), bias(2)],
      reference: (x, k, b) => plus(convolution({ strides: [2, 2, 2], pad: padding })(x, k!), b!),
    },
    {
      layer: "depthwiseConv2d",
      how: padding,
      make: () =>
        tf.layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, strides: 2, padding }),
      x: [2, 5, 6, 2],
      weights: [kernel(3, 3, 2, 2), bias(4)],
      reference: (x, k, b) => plus(depthwise({ strides: [2, 2], pad: padding })(x, k!), b!),
    },
    {
      layer: "separableConv2d",
      how: padding,
      make: () => tf.layers.separableConv2d({ filters: 3, kernelSize: 3, padding }),
      x: [2, 5, 6, 2],
      weights: [kernel(3, 3, 2, 1), spread([1, 1, 2, 3], -1, 1, 4), bias(3)],
      reference: (x, k, points, b) => {
        const maps = depthwise({ strides: [1, 1], pad: padding })(x, k!);
        return plus(convolution({ strides: [1, 1], pad: "valid" })(maps, points!), b!);
      },
    },
  ]),
  {
    layer: "conv2d",
    how: "relu, dilated",
    make: () =>
      tf.layers.conv2d({ filters: 3, kernelSize: 3, dilationRate: 2, activation: "relu" }),
    x: [2, 6, 7, 2],
    weights: [kernel(3, 3, 2, 3), bias(3)],
    reference: (x, k, b) =>
      relu(plus(convolution({ strides: [1, 1], pad: "valid", dilations: [2, 2] })(x, k!), b!)),
  },
  {
    layer: "conv3d",
    how: "same",
    make: () => tf.layers.conv3d({ filters: 2, kernelSize: [2, 3, 1], padding: "same" }),
    x: [2, 3, 4, 3, 2],
    weights: [kernel(2, 3, 1, 2, 2), bias(2)],
    reference: (x, k, b) => plus(convolution({ strides: [1, 1, 1], pad: "same" })(x, k!), b!),
  },
  {
    layer: "conv2dTranspose",
    make: () =>
      tf.layers.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding: "same" }),
    x: [2, 3, 4, 2],
    weights: [kernel(3, 3, 3, 2), bias(3)],
    reference: (x, k, b) =>
      plus(transposedConvolution({ strides: [2, 2], pad: "same" }, [6, 8])(x, k!), b!),
  },
  {
    layer: "conv3dTranspose",
    make: () =>
      tf.layers.conv3dTranspose({ filters: 2, kernelSize: 2, strides: 2, padding: "same" }),
    x: [2, 2, 3, 2, 2],
    weights: [kernel(2, 2, 2, 2, 2), bias(2)],
    reference: (x, k, b) =>
      plus(transposedConvolution({ strides: [2, 2, 2], pad: "same" }, [4, 6, 4])(x, k!), b!),
  },
];

const matrix = (x: Values, weights: Values): Values =>
  convolution({ strides: [], pad: "valid" })(x, weights);

const words = [[1, 0, 3], [3, 3, 2]];

const linear: readonly LayerRow[] = [
  ...[[3, 4], [2, 3, 4]].map((x): LayerRow => ({
    layer: "dense",
    how: `of rank ${x.length}`,
    make: () => tf.layers.dense({ units: 3, activation: "relu" }),
    x,
    weights: [kernel(4, 3), bias(3)],
    reference: (x, k, b) => {
      const rows = { shape: [x.data.length / 4, 4], data: x.data };
      return { ...relu(plus(matrix(rows, k!), b!)), shape: [...x.shape.slice(0, -1), 3] };
    },
  })),
  {
    layer: "prelu",
    make: () => tf.layers.prelu({}),
    x: [2, 3, 4],
    weights: [kernel(3, 4)],
    reference: each((x, slope) => x! < 0 ? x! * slope! : x!),
  },
  {
    layer: "prelu",
    how: "with shared axes",
    make: () => tf.layers.prelu({ sharedAxes: [2] }),
    x: [2, 3, 4],
    weights: [kernel(3, 1)],
    reference: each((x, slope) => x! < 0 ? x! * slope! : x!),
  },
];

const embedding: LayerCase = {
  layer: "embedding",
  name: "layers.embedding",
  inputs: [kernel(4, 3)],
  op: (table) =>
    call(
      tf.layers.embedding({ inputDim: 4, outputDim: 3 }) as unknown as Layer,
      tf.tensor2d(words),
      [table],
      false,
    ),
  reference: take(() => [2, 3, 3], ([row, word, i]) => [words[row!]![word!]!, i!]),
};

const scale = spread([3], 0.5, 1.5, 3), offset = spread([3], -0.5, 0.5, 4);
const moving = [spread([3], -0.5, 0.5, 5), spread([3], 0.5, 1.5, 6)];

/** Statistics in the shape in which they broadcast along an axis. */
const placed = (values: Values, rank: number, axis: number): Values => ({
  shape: Array.from({ length: rank }, (_, i) => i === axis ? values.shape[0]! : 1),
  data: values.data,
});

const normalized = each((x, mean, variance, scale, offset) =>
  (x! - mean!) / Math.sqrt(variance! + 1e-3) * scale! + offset!
);

const norms: readonly LayerRow[] = [1, 3].flatMap((axis) =>
  [true, false].flatMap((training): LayerRow[] => {
    const reference = (x: Values, g: Values, b: Values, m: Values, v: Values) => {
      const others = [0, 1, 2, 3].filter((other) => other !== axis);
      const place = (values: Values) => placed(values, 4, axis);
      const [at, spreadOut] = training
        ? [reduce(mean, others, true)(x), reduce(variance, others, true)(x)]
        : [place(m), place(v)];
      return normalized(x, at, spreadOut, place(g), place(b));
    };
    const how = `along axis ${axis}, ${training ? "training" : "inference"}`;
    const x = axis === 1 ? [2, 3, 4, 2] : [2, 4, 2, 3];
    const all: LayerRow = {
      layer: "batchNormalization",
      how,
      make: () => tf.layers.batchNormalization({ axis }),
      x,
      weights: training ? [scale, offset] : [scale, offset, ...moving],
      training,
      reference: reference as LayerRow["reference"],
    };
    const one = each(() => 1)(scale), zero = each(() => 0)(scale);
    return !training ? [all] : [all, {
      ...all,
      how: `${how}, without scale`,
      make: () => tf.layers.batchNormalization({ axis, scale: false }),
      weights: [offset],
      reference: (x, b) => reference(x, one, b!, one, one),
    }, {
      ...all,
      how: `${how}, without center`,
      make: () => tf.layers.batchNormalization({ axis, center: false }),
      weights: [scale],
      reference: (x, g) => reference(x, g!, zero, one, one),
    }];
  })
);

const layerNorms: readonly LayerRow[] = [{
  layer: "layerNormalization",
  make: () => tf.layers.layerNormalization({ axis: -1 }),
  x: [2, 4, 3],
  weights: [scale, offset],
  reference: (x, g, b) =>
    normalized(x, reduce(mean, [-1], true)(x), reduce(variance, [-1], true)(x), g!, b!),
}];

/** The cases, but for recurrent layers. */
export const layers: readonly LayerCase[] = [
  ...convolutions,
  ...linear,
  ...norms,
  ...layerNorms,
].map(toCase).concat(embedding);
