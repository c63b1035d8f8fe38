import type * as tf from "../../tf.ts";
import { binary } from "./group_norm_binary.ts";
import type { WasmKernel } from "./kernel.ts";

type Sizes = [batch: number, pixels: number, channels: number];

function sizesOf({ shape }: tf.TensorInfo): Sizes {
  const pixels = shape.slice(1, -1).reduce((product, size) => product * size, 1);
  return [shape[0]!, pixels, shape.at(-1)!];
}

/** The attributes of both. (TensorFlow.js types a kernel's attributes loosely.) */
type Attributes = { groups: number; epsilon: number };

const groupNorm: WasmKernel = {
  name: "weight-standardization/group-norm",
  compute(workspace, { x, gamma, beta }, attributes) {
    const { groups, epsilon } = attributes as Attributes;
    const sizes = sizesOf(x!), perGroup = [sizes[0], groups, 1];
    const outputs = [x!.shape, perGroup, perGroup].map((shape) => workspace.output(shape));
    const scratch = workspace.scratch(5 * 4 * sizes[2]);
    const addresses = [x!, gamma!, beta!].map((input) => workspace.addressOf(input));
    const results = outputs.map((output) => workspace.addressOf(output));
    const { forward } = workspace.functionsOf<"forward">(binary);
    forward(...addresses, ...sizes, groups, epsilon, scratch, ...results);
    return outputs;
  },
};

const groupNormGradient: WasmKernel = {
  name: "weight-standardization/group-norm-gradient",
  compute(workspace, { dy, x, gamma, mean, variance }, attributes) {
    const { groups, epsilon } = attributes as Attributes;
    const sizes = sizesOf(x!), channels = sizes[2];
    const outputs = [x!.shape, [channels], [channels]].map((shape) => workspace.output(shape));
    const scratch = workspace.scratch(13 * 4 * channels);
    const inputs = [dy!, x!, gamma!, mean!, variance!];
    const addresses = inputs.map((input) => workspace.addressOf(input));
    const results = outputs.map((output) => workspace.addressOf(output));
    const { gradient } = workspace.functionsOf<"gradient">(binary);
    gradient(...addresses, ...sizes, groups, epsilon, scratch, ...results);
    return outputs;
  },
};

/** Group normalization and its gradient: layer and instance normalization, too. */
export const groupNormKernels: readonly WasmKernel[] = [groupNorm, groupNormGradient];
