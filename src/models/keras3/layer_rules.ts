/**
 * The layers of Keras 3 that are known, a line each: what TensorFlow.js, or this library, has in
 * their places, and which weights they have.
 *
 * @module
 */
import { jsonOf } from "../../check.ts";
import "../../layers/channel_dropout.ts";
import "../../layers/depthwise_conv2d.ts";
import "../../layers/resize_bilinear.ts";
import "../../normalization/group.ts";
import "./normalization.ts";
import {
  type Check,
  isDilated,
  isLast,
  lastAxis,
  noOutputPadding,
  noRenorm,
  noRootMeanSquare,
  notCausal,
  notDilated,
  oneGroup,
  plainElu,
} from "./layer_checks.ts";
import type { LayerContext, LayerRule, LayerWeight, NewLayer } from "./layer_rule.ts";
import type { Config } from "./report.ts";

type Weights = LayerRule["weights"];

const none: Weights = () => [];
const bias = ({ use_bias }: Config) => use_bias === false ? [] : [["bias"] as const];
const kernel: Weights = (config) => [["kernel"], ...bias(config)];
const depthwise: Weights = (config) => [["depthwise_kernel", "kernel"], ...bias(config)];
const separable: Weights = (config) => [
  ["depthwise_kernel"],
  ["pointwise_kernel"],
  ...bias(config),
];
const affine = ({ scale, center }: Config): LayerWeight[] => [
  ...(scale === false ? [] : [["gamma"] as const]),
  ...(center === false ? [] : [["beta"] as const]),
];
const batch: Weights = (config) => [...affine(config), ["moving_mean"], ["moving_variance"]];

/** A layer that TensorFlow.js has under the same name, with the same config. */
function stock(name: string, weights: Weights = none, ...checks: Check[]): [string, LayerRule] {
  return [name, {
    weights,
    rewrite: (config, context) => {
      for (const check of checks) check(config, context);
      return [{ class_name: name, config }];
    },
  }];
}

/** A layer for which others stand. */
function other(
  name: string,
  rewrite: LayerRule["rewrite"],
  weights: Weights = none,
): [string, LayerRule] {
  return [name, { weights, rewrite }];
}

/** The stock layer ignores its dilation. */
function depthwiseLayer(config: Config): NewLayer {
  const class_name = isDilated(config) ? "RepairedDepthwiseConv2D" : "DepthwiseConv2D";
  return { class_name, config };
}

/** Whether each input channel is a group of its own: then the convolution is a depthwise one. */
function isDepthwise(
  { groups = 1, filters }: Config,
  { inputShapes }: Pick<LayerContext, "inputShapes">,
): boolean {
  const channels = inputShapes[0]?.[0]?.at(-1);
  return typeof groups === "number" && groups > 1 && groups === channels &&
    Number(filters) % groups === 0;
}

/** That depthwise convolution: filters are numbered the same, channel by channel. */
function depthwiseOf(grouped: Config): NewLayer {
  const { groups: _groups, filters: _filters, ...config } = grouped;
  const renamed = Object.entries(config).map(([key, value]) => [
    key.replace(/^kernel_(?=initializer|regularizer|constraint)/, "depthwise_"),
    value,
  ]);
  const depth_multiplier = multiplierOf(grouped);
  return depthwiseLayer({ ...Object.fromEntries(renamed), depth_multiplier });
}

/** How many filters each channel has. */
function multiplierOf({ groups, filters }: Config): number {
  return Number(filters) / Number(groups);
}

/** A pool over the whole map: where it keeps its axes, a reshape puts them back. */
function globalPool(name: string, axes: number): [string, LayerRule] {
  return other(name, ({ keepdims, ...config }, { inputShapes, problem }) => {
    const pool = { class_name: name, config };
    if (keepdims !== true) return [pool];
    const sizes = new Set(inputShapes.map(([shape]) => shape?.at(-1)));
    const [channels] = sizes;
    if (sizes.size !== 1 || typeof channels !== "number") {
      problem(
        "keepdims wants a known number of channels, which a Sequential's file does not tell: build " +
          "it as keras.Model(inputs, outputs), or put keras.layers.Reshape behind the pool",
      );
    }
    const target_shape = [...Array.from({ length: axes }, () => 1), channels];
    return [pool, { class_name: "Reshape", config: { ...restOf(config), target_shape } }];
  });
}

/** What every layer's config may have. */
function restOf(config: Config): Config {
  return Object.fromEntries(
    ["trainable", "dtype"].filter((key) => key in config).map((key) => [key, config[key]]),
  );
}

const rules: ReadonlyMap<string, LayerRule> = new Map([
  stock("Dense", kernel),
  stock("Conv1D", kernel, oneGroup, notCausal),
  other(
    "Conv2D",
    (config, context) => {
      if (isDepthwise(config, context)) return [depthwiseOf(config)];
      oneGroup(config, context);
      return [{ class_name: "Conv2D", config }];
    },
    (config, context) =>
      isDepthwise(config, context)
        ? [["depthwise_kernel", "kernel", multiplierOf(config)], ...bias(config)]
        : kernel(config, context),
  ),
  stock("Conv3D", kernel, oneGroup),
  other("DepthwiseConv2D", (config) => [depthwiseLayer(config)], depthwise),
  stock("SeparableConv2D", separable),
  stock("Conv2DTranspose", kernel, noOutputPadding, notDilated),
  stock("BatchNormalization", batch, noRenorm),
  stock("LayerNormalization", affine, noRootMeanSquare),
  other("GroupNormalization", ({ axis, ...config }, { inputShapes, problem }) => {
    if (!isLast(axis, inputShapes[0]?.[0]?.length)) {
      problem(`channels must come last: axis is ${jsonOf(axis, 60)}, must be -1`);
    }
    if (!(typeof config.groups === "number" && config.groups > 0)) {
      problem(
        `groups must be known: it is ${
          jsonOf(config.groups, 60)
        }; build the model before saving it`,
      );
    }
    return [{ class_name: "TorchGroupNormalization", config }];
  }, affine),
  other("Normalization", (config, { inputShapes, problem }) => {
    const { axis, mean = null, variance = null, invert = false } = config;
    if (!isLast(axis, inputShapes[0]?.[0]?.length)) {
      problem(`channels must come last: axis is ${jsonOf(axis, 60)}, must be -1`);
    }
    const constants = {
      mean: mean === null ? null : [mean].flat(Infinity),
      variance: variance === null ? null : [variance].flat(Infinity),
    };
    return [{
      class_name: "Keras3Normalization",
      config: { ...restOf(config), ...constants, invert },
    }];
  }, ({ mean = null }) => mean === null ? [["mean"], ["variance"]] : []),
  stock("Embedding", () => [["embeddings"]]),
  stock("PReLU", () => [["alpha"]]),
  stock("Activation"),
  other("ReLU", (config, { problem }) => {
    const { max_value = null, negative_slope = 0, threshold = 0, ...rest } = config;
    if (threshold === 0 && negative_slope === 0) {
      return [{ class_name: "ReLU", config: { ...rest, max_value } }];
    }
    if (threshold !== 0 || max_value !== null) {
      problem("TensorFlow.js's has no threshold, nor negative_slope beside max_value");
    }
    return [{ class_name: "LeakyReLU", config: { ...rest, alpha: negative_slope } }];
  }),
  other("LeakyReLU", ({ negative_slope = 0.3, ...config }) => [
    { class_name: "LeakyReLU", config: { ...config, alpha: negative_slope } },
  ]),
  stock("ELU", none, plainElu),
  stock("Softmax", none, lastAxis),
  ...["MaxPooling", "AveragePooling"].flatMap((pool) =>
    ["1D", "2D", "3D"].map((rank) => stock(`${pool}${rank}`))
  ),
  globalPool("GlobalAveragePooling1D", 1),
  globalPool("GlobalMaxPooling1D", 1),
  globalPool("GlobalAveragePooling2D", 2),
  globalPool("GlobalMaxPooling2D", 2),
  stock("ZeroPadding2D"),
  stock("Cropping2D"),
  other("UpSampling2D", (config, { inputShapes, problem }) => {
    const { interpolation = "nearest", size } = config;
    if (interpolation === "nearest") return [{ class_name: "UpSampling2D", config }];
    // TensorFlow.js's bilinear one has no half-pixel centres.
    const [factorY, factorX] = [size, size].flat() as [number, number];
    const heights = new Set(inputShapes.map(([shape]) => shape?.[1]));
    const widths = new Set(inputShapes.map(([shape]) => shape?.[2]));
    const [[height], [width]] = [[...heights], [...widths]];
    const isKnown = heights.size === 1 && widths.size === 1 && height != null && width != null;
    if (interpolation !== "bilinear" || !isKnown) {
      problem(
        "interpolation must be nearest, or bilinear of a known height and width: it is " +
          `${interpolation} of ${height} x ${width}`,
      );
    }
    const extent = [(height ?? 0) * factorY, (width ?? 0) * factorX];
    return [{ class_name: "ResizeBilinear", config: { ...restOf(config), size: extent } }];
  }),
  ...["Add", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "Dot"].map((name) =>
    stock(name)
  ),
  ...["Flatten", "Reshape", "Permute", "RepeatVector", "Masking", "Rescaling"].map((name) =>
    stock(name)
  ),
  ...["Dropout", "GaussianNoise", "GaussianDropout", "AlphaDropout", "SpatialDropout1D"].map(
    (name) => stock(name),
  ),
  other("SpatialDropout2D", ({ rate, ...config }) => [
    { class_name: "ChannelDropout", config: { ...restOf(config), rate } },
  ]),
  other("Identity", (config) => [
    { class_name: "Activation", config: { ...restOf(config), activation: "linear" } },
  ]),
]);

/** What to do about layers that TensorFlow.js lacks, where more can be said than for others. */
const advice: ReadonlyMap<string, string> = new Map([
  ...["RandomFlip", "RandomRotation", "RandomZoom", "RandomTranslation", "RandomContrast"].map(
    (name) =>
      [
        name,
        "it does nothing in inference: save the model without it, and augment the data",
      ] as const,
  ),
  [
    "Resizing",
    "TensorFlow.js's samples other points: save the model without it, and resize before",
  ],
  ["Subtract", "use Add with a Rescaling(-1) on the second input"],
  ["Lambda", "its Python can't be run here: write it of layers"],
]);

/**
 * What is known of a class of Keras's layers.
 *
 * @param className `"Conv2D"`
 * @returns its rule, or `undefined`
 */
export function layerRule(className: string): LayerRule | undefined {
  return rules.get(className);
}

/** What to do about a layer that has no rule. */
export function adviceFor(className: string): string {
  return advice.get(className) ??
    "build the model without it, or of layers that are known; a class of your own, registered by " +
      "tf.serialization.registerClass, is taken with { weights: { " + className +
      ": [its weights' names in Keras's order] } }";
}
