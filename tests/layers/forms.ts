/** The convolution layers, form by form: repaired, stock and standardized. */
import fc from "fast-check";
import * as tf from "../../src/tf.ts";
import { RepairedConv1D } from "../../src/layers/conv1d.ts";
import { RepairedConv2D } from "../../src/layers/conv2d.ts";
import { RepairedConv2DTranspose } from "../../src/layers/conv2d_transpose.ts";
import { RepairedConv3D } from "../../src/layers/conv3d.ts";
import { RepairedDepthwiseConv2D } from "../../src/layers/depthwise_conv2d.ts";
import { RepairedSeparableConv2D } from "../../src/layers/separable_conv2d.ts";
import * as layers from "../../src/layers.ts";

/** Arguments of whichever layer. */
export interface FormArgs {
  kernelSize: number[];
  strides: number[];
  dilationRate: number[];
  padding: "valid" | "same" | number | [number, number][];
  dataFormat: "channelsFirst" | "channelsLast";
  [name: string]: unknown;
}

/** Makes a layer; each form has its own types, which a table cannot have. */
export type Factory = (args: FormArgs) => tf.layers.Layer;

/** One form of convolution. */
export interface Form {
  name: string;
  /** How many axes it moves over. */
  rank: 1 | 2 | 3;
  /** What it takes beside {@linkcode FormArgs}. */
  extra: Record<string, unknown>;
  repaired: Factory;
  stock: Factory;
  standardized: Factory;
  /** Whether the stock layer honours `dilationRate`, and `dataFormat`. */
  stockHonours: { dilationRate: boolean; dataFormat: boolean };
}

const make = (factory: unknown) => factory as Factory;
const both = { dilationRate: true, dataFormat: true };

/** Every form. */
export const forms: readonly Form[] = [
  {
    name: "Conv1D",
    rank: 1,
    extra: { filters: 4 },
    repaired: make((args: never) => new RepairedConv1D(args)),
    stock: make(tf.layers.conv1d),
    standardized: make(layers.standardizedConv1d),
    stockHonours: { ...both, dataFormat: false },
  },
  {
    name: "Conv2D",
    rank: 2,
    extra: { filters: 4 },
    repaired: make((args: never) => new RepairedConv2D(args)),
    stock: make(tf.layers.conv2d),
    standardized: make(layers.standardizedConv2d),
    stockHonours: both,
  },
  {
    name: "Conv3D",
    rank: 3,
    extra: { filters: 4 },
    repaired: make((args: never) => new RepairedConv3D(args)),
    stock: make(tf.layers.conv3d),
    standardized: make(layers.standardizedConv3d),
    stockHonours: { ...both, dilationRate: false }, // not with TensorFlow on a CPU
  },
  {
    name: "DepthwiseConv2D",
    rank: 2,
    extra: { depthMultiplier: 2 },
    repaired: make((args: never) => new RepairedDepthwiseConv2D(args)),
    stock: make(tf.layers.depthwiseConv2d),
    standardized: make(layers.standardizedDepthwiseConv2d),
    stockHonours: { ...both, dilationRate: false },
  },
  {
    name: "SeparableConv2D",
    rank: 2,
    extra: { filters: 4, depthMultiplier: 2 },
    repaired: make((args: never) => new RepairedSeparableConv2D(args)),
    stock: make(tf.layers.separableConv2d),
    standardized: make(layers.standardizedSeparableConv2d),
    stockHonours: { ...both, dataFormat: false },
  },
  {
    name: "Conv2DTranspose",
    rank: 2,
    extra: { filters: 4 },
    repaired: make((args: never) => new RepairedConv2DTranspose(args)),
    stock: make(tf.layers.conv2dTranspose),
    standardized: make(layers.standardizedConv2dTranspose),
    stockHonours: { ...both, dilationRate: false },
  },
];

/** An input's shape: a map of some size that holds every window of {@linkcode argsOf}. */
export function inputShape({ rank }: Form, { dataFormat }: FormArgs, batch = 2): number[] {
  const extent = [7, 6, 5].slice(0, rank);
  return dataFormat === "channelsFirst" ? [batch, 3, ...extent] : [batch, ...extent, 3];
}

/** Random arguments, with the paddings of tf's layers or with all. */
export function argsOf({ rank, extra }: Form, paddings: "stock" | "all"): fc.Arbitrary<FormArgs> {
  const size = fc.integer({ min: 1, max: 2 });
  const sizes = fc.array(size, { minLength: rank, maxLength: rank });
  const pair = fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 1 }));
  const list = fc.array(pair, { minLength: rank, maxLength: rank })
    .map((pairs): [number, number][] => [[0, 0], ...pairs, [0, 0]]);
  const strings = fc.constantFrom<FormArgs["padding"]>("valid", "same");
  const padding = paddings === "stock" ? strings : fc.oneof(strings, fc.constant(1), list);
  return fc.record({
    kernelSize: fc.array(fc.integer({ min: 2, max: 3 }), { minLength: rank, maxLength: rank }),
    steps: sizes,
    isDilated: fc.boolean(),
    padding,
    dataFormat: fc.constantFrom("channelsFirst" as const, "channelsLast" as const),
    useBias: fc.boolean(),
    activation: fc.constantFrom("linear", "relu", "tanh"),
  }).map(({ steps, isDilated, ...rest }) => ({
    ...rest,
    ...extra,
    strides: isDilated ? steps.map(() => 1) : steps,
    dilationRate: isDilated ? steps : steps.map(() => 1),
  }));
}
