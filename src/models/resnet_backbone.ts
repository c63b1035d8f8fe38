import * as tf from "../tf.ts";
import { check } from "../check.ts";
import { RepairedMaxPooling2D } from "../layers/max_pooling2d.ts";
import { connect, type LayerBuilder } from "./builder.ts";
import { checkCount } from "./checks.ts";

/** A ResNet other than the published ones, e.g. a tiny one. */
export interface ResNetBlocks {
  /** Two 3 × 3 convolutions, or 1 × 1, 3 × 3 and 1 × 1 with four times the channels at the end. */
  block: "basic" | "bottleneck";
  /** How many blocks each of the four stages has. */
  counts: readonly [number, number, number, number];
}

/** What a ResNet's convolutional part looks like. */
export interface ResNetBackboneOptions {
  /** A published ResNet, or your own blocks. */
  depth: 18 | 34 | 50 | 101 | 152 | ResNetBlocks;
  /**
   * Channels of the first convolution and of the first stage's 3 × 3 ones; they double from stage
   * to stage.
   *
   * @default {64}
   */
  width?: number;
  /**
   * How much smaller the last stage's features are than the image: 32, or 16 or 8, where the last
   * one or two stages dilate instead of striding. A quarter of that with the stem `"cifar"`.
   *
   * @default {32}
   */
  outputStride?: 8 | 16 | 32;
  /**
   * What comes before the stages: `"imagenet"`, a 7 × 7 convolution and a 3 × 3 max pool, both of
   * stride 2; or `"cifar"`, for images of about 32 pixels, a 3 × 3 convolution of stride 1 alone.
   *
   * @default {"imagenet"}
   */
  stem?: "imagenet" | "cifar";
}

/** Features of a ResNet, `[batch, height / stride, width / stride, channels]`. */
export interface ResNetFeatures {
  /** The first stage's, of stride 4; of stride 1 with the stem `"cifar"`. */
  layer1: tf.SymbolicTensor;
  /** The last stage's, of the output stride. */
  layer4: tf.SymbolicTensor;
}

const published: ReadonlyMap<unknown, ResNetBlocks> = new Map([
  [18, { block: "basic", counts: [2, 2, 2, 2] }],
  [34, { block: "basic", counts: [3, 4, 6, 3] }],
  [50, { block: "bottleneck", counts: [3, 4, 6, 3] }],
  [101, { block: "bottleneck", counts: [3, 4, 23, 3] }],
  [152, { block: "bottleneck", counts: [3, 8, 36, 3] }],
]);

/** One residual block. */
interface Block {
  name: string;
  block: ResNetBlocks["block"];
  /** Channels of its 3 × 3 convolutions. */
  channels: number;
  stride: number;
  dilation: number;
}

/**
 * The convolutional part of torchvision's ResNet v1.5: stem, max pool and four stages. A bottleneck
 * strides in its 3 × 3 convolution. Where a stage dilates instead, its first block still has the
 * dilation of the stage before. Layers are named as torchvision names parameters, `layer1.0.conv1`.
 *
 * Sources: He et al., "Deep Residual Learning", 2015 (the stem `"cifar"` in section 4.2);
 * `torchvision.models.resnet`. The dilated basic block, which torchvision lacks, dilates its
 * first convolution, the one that would stride.
 *
 * @param builder adds the layers
 * @param image `[batch, height, width, channels]`
 * @param options depth, width, output stride and stem
 * @param prefix what begins every layer's name
 * @returns the features of the first and the last stage
 * @throws {RangeError} if the depth, the width, the output stride or the stem is not known
 */
export function resnetFeatures(
  builder: LayerBuilder,
  image: tf.SymbolicTensor,
  options: ResNetBackboneOptions,
  prefix = "",
): ResNetFeatures {
  const stages = residualStages(options, prefix);
  let x = stemOf(builder, image, options, prefix);
  const [layer1 = x, , , layer4 = x] = stages.map((blocks) => {
    for (const block of blocks) x = residualBlock(builder, x, block);
    return x;
  });
  return { layer1, layer4 };
}

function stemOf(
  builder: LayerBuilder,
  image: tf.SymbolicTensor,
  { width = 64, stem = "imagenet" }: ResNetBackboneOptions,
  prefix: string,
): tf.SymbolicTensor {
  const isStem = stem === "imagenet" || stem === "cifar";
  const requirement = 'build a ResNet as stem must be "imagenet" or "cifar"';
  check(isStem, RangeError, requirement, JSON.stringify(stem));
  const pools = stem === "imagenet";
  const convolution = pools ? { kernelSize: 7, stride: 2 } : { kernelSize: 3 };
  let x = builder.convolution(image, `${prefix}conv1`, width, convolution);
  x = builder.relu(builder.normalize(x, `${prefix}bn1`), `${prefix}relu`);
  const pool = { name: `${prefix}maxpool`, poolSize: 3, strides: 2, padding: 1 };
  return pools ? connect(new RepairedMaxPooling2D(pool), x) : x;
}

/** The blocks of the four stages. */
function residualStages(options: ResNetBackboneOptions, prefix: string): Block[][] {
  const { width = 64, outputStride = 32 } = options;
  const { block, counts } = blocksOf(options.depth);
  checkCount("a ResNet", "width", width);
  const isStride = [8, 16, 32].includes(outputStride);
  check(isStride, RangeError, "build a ResNet as outputStride must be 8, 16 or 32", outputStride);
  let dilation = 1;
  return counts.map((count, stage) => {
    const before = dilation;
    const dilates = 2 ** (stage + 2) > outputStride;
    if (dilates) dilation *= 2;
    return Array.from({ length: count }, (_, index) => ({
      name: `${prefix}layer${stage + 1}.${index}`,
      block,
      channels: width * 2 ** stage,
      stride: index > 0 || stage === 0 || dilates ? 1 : 2,
      dilation: index === 0 ? before : dilation,
    }));
  });
}

/**
 * The blocks of a ResNet by its depth.
 *
 * @param depth a published one, or blocks of one's own
 * @returns the blocks
 * @throws {RangeError} if there is no such ResNet
 */
export function blocksOf(depth: ResNetBackboneOptions["depth"]): ResNetBlocks {
  const blocks = typeof depth === "object" ? depth : published.get(depth);
  const known = blocks?.block === "basic" || blocks?.block === "bottleneck";
  const wanted = `one of ${[...published.keys()].join(", ")}, or ` +
    '{ block: "basic" or "bottleneck", counts: four integers }';
  const isDepth = blocks !== undefined && known && blocks.counts.length === 4;
  const requirement = `build a ResNet as depth must be ${wanted}`;
  check(isDepth, RangeError, requirement, JSON.stringify(depth));
  for (const count of blocks.counts) checkCount("a ResNet", "each of depth.counts", count);
  return blocks;
}

/** `relu(convolutions(x) + shortcut(x))`. The shortcut comes last, as PyTorch calls it. */
function residualBlock(
  builder: LayerBuilder,
  x: tf.SymbolicTensor,
  block: Block,
): tf.SymbolicTensor {
  const { name, channels, stride, dilation } = block;
  const strided = { kernelSize: 3, stride, dilation };
  const convolutions = block.block === "basic"
    ? [{ filters: channels, ...strided }, { filters: channels, kernelSize: 3 }]
    : [{ filters: channels }, { filters: channels, ...strided }, { filters: 4 * channels }];
  let main = x;
  for (const [index, { filters, ...options }] of convolutions.entries()) {
    if (index > 0) main = builder.relu(main, `${name}.relu${index}`);
    main = builder.convolution(main, `${name}.conv${index + 1}`, filters, options);
    main = builder.normalize(main, `${name}.bn${index + 1}`);
  }
  const shortcut = residualShortcut(builder, x, main, block);
  const sum = connect(tf.layers.add({ name: `${name}.add` }), [main, shortcut]);
  return builder.relu(sum, `${name}.relu${convolutions.length}`);
}

/** `x` itself, or its projection where the block changes the shape. */
function residualShortcut(
  builder: LayerBuilder,
  x: tf.SymbolicTensor,
  main: tf.SymbolicTensor,
  { name, stride }: Block,
): tf.SymbolicTensor {
  const filters = main.shape.at(-1) ?? 1;
  if (stride === 1 && x.shape.at(-1) === filters) return x;
  const projected = builder.convolution(x, `${name}.downsample.0`, filters, { stride });
  return builder.normalize(projected, `${name}.downsample.1`);
}
