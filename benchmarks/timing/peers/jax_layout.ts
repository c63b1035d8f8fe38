/**
 * What a ResNet is made of, as torchvision has it: the network of `jax_resnet.ts`.
 *
 * @module
 */
import type { OverheadProfile } from "../../experiments/profiles/overhead.ts";

/** A convolution without bias, with a batch normalization after it. */
export interface Convolution {
  inChannels: number;
  outChannels: number;
  kernelSize: number;
  stride: number;
}

/** `relu(main(x) + shortcut(x))`, with a ReLU between the convolutions of `main`. */
export interface Block {
  main: readonly Convolution[];
  /** A projection, where the block changes the shape. */
  shortcut?: Convolution;
}

export interface Layout {
  stem: Convolution;
  blocks: readonly Block[];
  /** Channels that the classifier sees. */
  features: number;
  classes: number;
}

/** Blocks of the four stages by depth. */
const published: Readonly<Record<number, readonly number[]>> = {
  18: [2, 2, 2, 2],
  34: [3, 4, 6, 3],
  50: [3, 4, 6, 3],
  101: [3, 4, 23, 3],
  152: [3, 8, 36, 3],
};

/** The ResNet of a profile: a published one, or one of basic blocks where `depth` is 0. */
export function layoutOf({ depth, blocks, width, classes }: OverheadProfile): Layout {
  const isBottleneck = depth >= 50;
  const expansion = isBottleneck ? 4 : 1;
  let inChannels = width;
  const stages = (published[depth] ?? blocks).map((count, stage) =>
    Array.from({ length: count }, (_, index): Block => {
      const stride = index > 0 || stage === 0 ? 1 : 2;
      const block = blockOf(inChannels, width * 2 ** stage, stride, isBottleneck);
      inChannels = width * 2 ** stage * expansion;
      return block;
    })
  );
  const stem = { inChannels: 3, outChannels: width, kernelSize: 7, stride: 2 };
  return { stem, blocks: stages.flat(), features: inChannels, classes };
}

/** The convolutions in the order in which the network has their weights. */
export function convolutionsOf({ stem, blocks }: Layout): Convolution[] {
  return [stem, ...blocks.flatMap(({ main, shortcut }) => [...main, ...[shortcut ?? []].flat()])];
}

/** A bottleneck strides in its 3 × 3 convolution, as torchvision's do. */
function blockOf(
  inChannels: number,
  channels: number,
  stride: number,
  isBottleneck: boolean,
): Block {
  const outChannels = isBottleneck ? 4 * channels : channels;
  const sizes = isBottleneck ? [1, 3, 1] : [3, 3];
  const strided = isBottleneck ? 1 : 0;
  const main = sizes.map((kernelSize, i): Convolution => ({
    inChannels: i === 0 ? inChannels : channels,
    outChannels: i === sizes.length - 1 ? outChannels : channels,
    kernelSize,
    stride: i === strided ? stride : 1,
  }));
  if (stride === 1 && inChannels === outChannels) return { main };
  return { main, shortcut: { inChannels, outChannels, kernelSize: 1, stride } };
}
