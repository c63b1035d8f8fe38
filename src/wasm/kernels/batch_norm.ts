import type * as tf from "../../tf.ts";
import { binary } from "./batch_norm_binary.ts";
import type { WasmKernel } from "./kernel.ts";
import type { Workspace } from "./workspace.ts";

type Inputs = Readonly<Record<string, tf.TensorInfo>>;
type Attributes = Readonly<Record<string, unknown>>;

/** A map as a matrix: `[rows, channels]`. */
function sizesOf({ shape }: tf.TensorInfo): [rows: number, channels: number] {
  const rows = shape.slice(0, -1).reduce((product, size) => product * size, 1);
  return [rows, shape.at(-1)!];
}

/** The map normalized by its own statistics, through a ReLU or not, and the statistics. */
function batchNorm(
  workspace: Workspace,
  { x, gamma, beta }: Inputs,
  { epsilon }: Attributes,
  hasRelu: boolean,
): tf.TensorInfo[] {
  const [rows, channels] = sizesOf(x!);
  const outputs = [x!.shape, [channels], [channels]].map((shape) => workspace.output(shape));
  const scratch = workspace.scratch(8 * channels);
  const [y, mean, variance] = outputs.map((output) => workspace.addressOf(output)) as Three;
  const from = workspace.addressOf(x!);
  const affine = [workspace.addressOf(gamma!), workspace.addressOf(beta!)] as const;
  const { moments, apply } = workspace.functionsOf<"moments" | "apply">(binary);
  moments(from, rows, channels, scratch, mean, variance);
  const statistics = [mean, variance, epsilon as number] as const;
  apply(from, ...affine, rows, channels, ...statistics, Number(hasRelu), scratch, y);
  return outputs;
}

type Three = [number, number, number];

/** The gradients of that, by `dy` behind the normalization, or behind the ReLU with output `y`. */
function batchNormGradient(
  workspace: Workspace,
  inputs: Inputs,
  { epsilon }: Attributes,
): tf.TensorInfo[] {
  const { dy, x, y, gamma, mean, variance } = inputs;
  const [rows, channels] = sizesOf(x!);
  const outputs = [x!.shape, [channels], [channels]].map((shape) => workspace.output(shape));
  const scratch = workspace.scratch(9 * 4 * channels);
  const [dx, dgamma, dbeta] = outputs.map((output) => workspace.addressOf(output)) as Three;
  workspace.functionsOf<"gradient">(binary).gradient(
    workspace.addressOf(dy!),
    workspace.addressOf(x!),
    y === undefined ? 0 : workspace.addressOf(y),
    workspace.addressOf(gamma!),
    workspace.addressOf(mean!),
    workspace.addressOf(variance!),
    rows,
    channels,
    epsilon as number,
    scratch,
    dx,
    dgamma,
    dbeta,
  );
  return outputs;
}

/** The map normalized by given statistics, which it moves first where there is a rate. */
function movingBatchNorm(
  workspace: Workspace,
  { x, gamma, beta, ...before }: Inputs,
  { epsilon, rate }: Attributes,
): tf.TensorInfo[] {
  const [rows, channels] = sizesOf(x!);
  const outputs = [x!.shape, [channels], [channels]].map((shape) => workspace.output(shape));
  const scratch = workspace.scratch(8 * channels);
  const [y, mean, variance] = outputs.map((output) => workspace.addressOf(output)) as Three;
  const from = workspace.addressOf(x!);
  const old = [workspace.addressOf(before.mean!), workspace.addressOf(before.variance!)] as const;
  const affine = [workspace.addressOf(gamma!), workspace.addressOf(beta!)] as const;
  const { copy, move, apply } = workspace.functionsOf<"copy" | "move" | "apply">(binary);
  if (rate === 0) copy(...old, channels, mean, variance);
  else move(from, rows, channels, ...old, rate as number, scratch, mean, variance);
  const statistics = [mean, variance, epsilon as number] as const;
  apply(from, ...affine, rows, channels, ...statistics, 0, scratch, y);
  return outputs;
}

/**
 * Batch normalization and its gradient; each with the ReLU behind it too, for who finds the two
 * together: the map between them is then neither written nor read.
 */
export const batchNormKernels: readonly WasmKernel[] = [
  {
    name: "weight-standardization/batch-norm",
    compute: (workspace, inputs, attributes) => batchNorm(workspace, inputs, attributes, false),
  },
  {
    name: "weight-standardization/batch-norm-relu",
    compute: (workspace, inputs, attributes) => batchNorm(workspace, inputs, attributes, true),
  },
  { name: "weight-standardization/batch-norm-gradient", compute: batchNormGradient },
  { name: "weight-standardization/batch-norm-relu-gradient", compute: batchNormGradient },
  { name: "weight-standardization/moving-batch-norm", compute: movingBatchNorm },
];
