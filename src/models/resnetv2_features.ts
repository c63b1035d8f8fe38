import * as tf from "../tf.ts";
import { check } from "../check.ts";
import { RepairedMaxPooling2D } from "../layers/max_pooling2d.ts";
import { connect, type LayerBuilder } from "./builder.ts";
import { checkCount } from "./checks.ts";

/** A ResNetV2 other than the published ones, e.g. a tiny one. */
export interface ResNetV2Blocks {
  /** How many blocks each of the four stages has. */
  counts: readonly [number, number, number, number];
  /**
   * Channels that each stage gives; its 3 × 3 convolutions have a quarter of them.
   *
   * @default {[256, 512, 1024, 2048]}
   */
  channels?: readonly [number, number, number, number];
  /**
   * Channels of the first convolution.
   *
   * @default {64}
   */
  stem?: number;
}

/** What a ResNetV2's convolutional part looks like. */
export interface ResNetV2FeaturesOptions {
  /** A published ResNetV2, or your own blocks. */
  depth: 50 | 101 | 152 | ResNetV2Blocks;
  /**
   * What all channels are multiplied by. Published: 1 to 4.
   *
   * @default {1}
   */
  width?: number;
  /**
   * What comes before the stages: `"bit"`, a 7 × 7 convolution of stride 2, a border of zeros and a
   * 3 × 3 max pool of stride 2; `"plain"`, the same with a border that is never a maximum; `"deep"`
   * (ResNet-D) or `"tiered"` (ResNet-T), three 3 × 3 convolutions before that pool.
   *
   * @default {"bit"}
   */
  stem?: keyof typeof stems;
  /**
   * What strides in a shortcut: its 1 × 1 convolution, or an average of 2 × 2 before it (ResNet-D).
   *
   * @default {"convolution"}
   */
  downsampling?: "convolution" | "average";
}

/** Channels of a stem's convolutions before the last, as shares of its own. */
const stems = { bit: [], plain: [], deep: [1 / 2, 1 / 2], tiered: [3 / 8, 1 / 2] } as const;

const published: ReadonlyMap<unknown, ResNetV2Blocks> = new Map([
  [50, { counts: [3, 4, 6, 3] }],
  [101, { counts: [3, 4, 23, 3] }],
  [152, { counts: [3, 8, 36, 3] }],
]);

/** One residual block. */
interface Block {
  name: string;
  /** Channels that it gives. */
  channels: number;
  stride: number;
  /** Whether the shortcut is projected: in the first block of a stage. */
  projects: boolean;
  /** What strides there. */
  downsampling: "convolution" | "average";
}

/**
 * The convolutional part of a ResNetV2: stem, four stages of pre-activation bottlenecks, and a last
 * normalization with ReLU. A bottleneck strides in its 3 × 3 convolution. Layers are named as timm
 * names modules, `stages.0.blocks.0.conv1`.
 *
 * @param builder adds the layers
 * @param image `[batch, height, width, channels]`
 * @param options depth and width
 * @returns `[batch, height / 32, width / 32, channels]`
 * @throws {RangeError} if the depth or the width is not known
 *
 * @see timm `models/resnetv2.py`; He et al., "Identity Mappings in Deep Residual Networks", 2016
 */
export function resnetV2Features(
  builder: LayerBuilder,
  image: tf.SymbolicTensor,
  options: ResNetV2FeaturesOptions,
): tf.SymbolicTensor {
  const { counts, channels, stem } = resnetV2Blocks(options);
  const { downsampling = "convolution" } = options;
  const isDownsampling = downsampling === "convolution" || downsampling === "average";
  const requirement = 'build a ResNetV2 as downsampling must be "convolution" or "average"';
  check(isDownsampling, RangeError, requirement, JSON.stringify(downsampling));
  let x = stemOf(builder, image, stem, options.stem);
  for (const [stage, count] of counts.entries()) {
    for (let index = 0; index < count; index++) {
      x = residualBlock(builder, x, {
        name: `stages.${stage}.blocks.${index}`,
        channels: channels[stage]!,
        stride: index > 0 || stage === 0 ? 1 : 2,
        projects: index === 0,
        downsampling,
      });
    }
  }
  return activated(builder, x, "norm");
}

/**
 * The blocks of a ResNetV2, multiplied by its width.
 *
 * @param options depth and width
 * @returns the blocks, with all channels
 * @throws {RangeError} if there is no such ResNetV2
 */
export function resnetV2Blocks(
  { depth, width = 1 }: ResNetV2FeaturesOptions,
): Required<ResNetV2Blocks> {
  const blocks = typeof depth === "object" && depth !== null ? depth : published.get(depth);
  const { counts, channels = [256, 512, 1024, 2048], stem = 64 } = blocks ?? { counts: [] };
  const wanted = `one of ${[...published.keys()].join(", ")}, or ` +
    "{ counts: four integers, channels?: four integers, stem?: an integer }";
  const isDepth = blocks !== undefined && counts?.length === 4 && channels.length === 4;
  const requirement = `build a ResNetV2 as depth must be ${wanted}`;
  check(isDepth, RangeError, requirement, JSON.stringify(depth));
  checkCount("a ResNetV2", "width", width);
  for (const count of counts) checkCount("a ResNetV2", "each of depth.counts", count);
  for (const count of channels) {
    checkCount("a ResNetV2", "a quarter of each of depth.channels", count / 4);
  }
  checkCount("a ResNetV2", "depth.stem", stem);
  const [one, two, three, four] = channels as [number, number, number, number];
  return {
    counts: counts as ResNetV2Blocks["counts"],
    channels: [one * width, two * width, three * width, four * width],
    stem: stem * width,
  };
}

/**
 * BiT's border of zeros is put around values of any sign, and is the maximum where all others are
 * negative; PyTorch's own padding never is.
 */
function stemOf(
  builder: LayerBuilder,
  image: tf.SymbolicTensor,
  channels: number,
  stem: keyof typeof stems = "bit",
): tf.SymbolicTensor {
  const requirement = `build a ResNetV2 as stem must be one of ${Object.keys(stems).join(", ")}`;
  check(Object.hasOwn(stems, stem), RangeError, requirement, JSON.stringify(stem));
  const x = stemConvolutions(builder, image, channels, stem);
  if (stem !== "bit") {
    const pool = { name: "stem.pool", poolSize: 3, strides: 2, padding: 1 };
    return connect(new RepairedMaxPooling2D(pool), x);
  }
  const padded = connect(tf.layers.zeroPadding2d({ name: "stem.pad", padding: 1 }), x);
  const pool = new RepairedMaxPooling2D({ name: "stem.pool", poolSize: 3, strides: 2 });
  return connect(pool, padded);
}

/** One 7 × 7 convolution, or three of 3 × 3, the first of stride 2. */
function stemConvolutions(
  builder: LayerBuilder,
  image: tf.SymbolicTensor,
  channels: number,
  stem: keyof typeof stems,
): tf.SymbolicTensor {
  const shares = stems[stem];
  if (shares.length === 0) {
    return builder.convolution(image, "stem.conv", channels, { kernelSize: 7, stride: 2 });
  }
  let x = builder.convolution(image, "stem.conv1", Math.floor(channels * shares[0]), {
    kernelSize: 3,
    stride: 2,
  });
  x = activated(builder, x, "stem.norm1");
  x = builder.convolution(x, "stem.conv2", Math.floor(channels * shares[1]), { kernelSize: 3 });
  return builder.convolution(activated(builder, x, "stem.norm2"), "stem.conv3", channels, {
    kernelSize: 3,
  });
}

/** `shortcut(a) + convolutions(a)`, where `a = relu(norm1(x))`; the shortcut may be `x` itself. */
function residualBlock(
  builder: LayerBuilder,
  x: tf.SymbolicTensor,
  block: Block,
): tf.SymbolicTensor {
  const { name, channels, stride } = block;
  const inner = channels / 4;
  const before = activated(builder, x, `${name}.norm1`);
  const shortcut = block.projects ? projection(builder, before, block) : x;
  let main = builder.convolution(before, `${name}.conv1`, inner);
  main = activated(builder, main, `${name}.norm2`);
  main = builder.convolution(main, `${name}.conv2`, inner, { kernelSize: 3, stride });
  main = activated(builder, main, `${name}.norm3`);
  main = builder.convolution(main, `${name}.conv3`, channels);
  return connect(tf.layers.add({ name: `${name}.add` }), [shortcut, main]);
}

/** The shortcut of a stage's first block. */
function projection(
  builder: LayerBuilder,
  before: tf.SymbolicTensor,
  { name, channels, stride, downsampling }: Block,
): tf.SymbolicTensor {
  const conv = `${name}.downsample.conv`;
  if (downsampling === "convolution" || stride === 1) {
    return builder.convolution(before, conv, channels, { stride });
  }
  // "same" averages what is there of a window that reaches over the edge, as PyTorch's
  // ceil_mode with count_include_pad=False does.
  const pool = {
    name: `${name}.downsample.pool`,
    poolSize: 2,
    strides: 2,
    padding: "same",
  } as const;
  return builder.convolution(connect(tf.layers.averagePooling2d(pool), before), conv, channels);
}

/** `relu(normalize(x))` */
function activated(builder: LayerBuilder, x: tf.SymbolicTensor, name: string): tf.SymbolicTensor {
  return builder.relu(builder.normalize(x, name), `${name}.act`);
}
