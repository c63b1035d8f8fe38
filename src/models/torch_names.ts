/**
 * How PyTorch names and lays out what a TensorFlow.js layer keeps.
 *
 * @module
 */
import * as tf from "../tf.ts";

/** A weight of a model, trained or not. */
export type LayerWeight = tf.LayersModel["weights"][number];

/** A weight as a `state_dict` has it. */
export interface TorchForm {
  /** Its name, `layer1.0.conv1.weight`. */
  readonly name: string;
  /** Its shape, filters first. */
  readonly shape: readonly number[];
  /** Brings a value of ours to that shape. */
  toTorch(value: tf.Tensor): tf.Tensor;
  /** Brings a value of that shape to ours. */
  fromTorch(value: tf.Tensor): tf.Tensor;
}

/** A kind of weight. */
interface Kind {
  /** The last part of its name. */
  readonly torchName: string;
  /** Where each of PyTorch's axes is with us; none where PyTorch has no weight of that rank. */
  axes(rank: number): number[] | undefined;
}

const vector = (torchName: string): Kind => ({
  torchName,
  axes: (rank) => rank === 1 ? [0] : undefined,
});

/** By the names that TensorFlow.js gives weights. */
const kinds: ReadonlyMap<string, Kind> = new Map([
  // [...extent, in, out] is [out, in, ...extent] there; for transposed convolutions both have the
  // two the other way around.
  ["kernel", {
    torchName: "weight",
    axes: (rank) =>
      rank < 2 ? undefined : [rank - 1, rank - 2, ...Array.from({ length: rank - 2 }).keys()],
  }],
  // [height, width, channels, multiplier] is [channels · multiplier, 1, height, width].
  ["depthwise_kernel", {
    torchName: "weight",
    axes: (rank) => rank === 4 ? [2, 3, 0, 1] : undefined,
  }],
  ["bias", vector("bias")],
  ["gamma", vector("weight")],
  ["beta", vector("bias")],
  ["moving_mean", vector("running_mean")],
  ["moving_variance", vector("running_var")],
]);

/**
 * The form that a weight has in PyTorch. The layer's name is the module's; mosaicml/examples calls
 * `classifier` what mmsegmentation, and so our layers, call `decode_head`.
 *
 * @param weight a layer's
 * @returns its name and layout in a `state_dict`
 * @throws {TypeError} if no module of PyTorch has such a weight
 */
export function torchForm(weight: LayerWeight): TorchForm {
  const [, layer = "", last = ""] = /^(.*)\/([^/]*)$/.exec(weight.originalName) ?? [];
  const own = weight.shape as number[]; // a built layer's weights have sizes
  const kind = kinds.get(last);
  const axes = kind?.axes(own.length);
  if (kind === undefined || axes === undefined) {
    throw new TypeError(
      `Cannot name ${weight.originalName} as PyTorch does as a weight must be one of ` +
        `${[...kinds.keys()].join(", ")}, in a layer that PyTorch has: its shape is [${own}]`,
    );
  }
  const moved = axes.map((axis) => own[axis]!);
  const [channels = 1, multiplier = 1, ...extent] = moved;
  const shape = last === "depthwise_kernel" ? [channels * multiplier, 1, ...extent] : moved;
  const inverse = axes.map((_, axis) => axes.indexOf(axis));
  return {
    name: `${layer.replace(/^decode_head\./, "classifier.")}.${kind.torchName}`,
    shape,
    toTorch: (value) => tf.reshape(tf.transpose(value, axes), shape),
    fromTorch: (value) => tf.transpose(tf.reshape(value, moved), inverse),
  };
}

/**
 * The name of the count of batches that PyTorch keeps beside a batch normalization's statistics.
 *
 * @param form a weight's
 * @returns the count's name, for a running mean; otherwise `undefined`
 */
export function batchCountName({ name }: TorchForm): string | undefined {
  return name.endsWith(".running_mean")
    ? name.replace(/running_mean$/, "num_batches_tracked")
    : undefined;
}

/**
 * A name without what wrappers add to it: `module.` (Composer's models, distributed data parallel),
 * `_orig_mod.` (`torch.compile`, of a model or of a part of it), `parametrizations.weight.original`
 * (a raw kernel that Composer standardizes), and with `classifier` for `decode_head`.
 *
 * @param name a name in a `state_dict`
 * @returns a name that is the same for every spelling
 */
export function plainTorchName(name: string): string {
  return name
    .replace(/(^|\.)(_orig_mod\.)+/g, "$1")
    .replace(/^(module\.)+/, "")
    .replace(/^decode_head\./, "classifier.")
    .replace(rawKernel, ".weight");
}

/** The name of a parametrized weight, and what follows it. */
const rawKernel = /\.parametrizations\.weight\.original$/;

/**
 * Whether a name says that PyTorch computes a kernel from its weight before each use, as
 * Composer does where it standardizes.
 *
 * @param name a name in a `state_dict`
 */
export function isRawKernelName(name: string): boolean {
  return rawKernel.test(name);
}
