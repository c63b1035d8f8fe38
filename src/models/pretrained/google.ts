import type { Layout, Tensors } from "./layout.ts";
import { reordered } from "./reordered.ts";
import { resnetV2Network } from "./resnetv2_network.ts";

/** Google's own files, `BiT-M-R50x1.npz`. */
export const google: Layout = {
  name: "google",
  description: "Google's BiT (BiT-M-R50x1.npz and others)",
  marks: [
    /^resnet\/root_block\/standardized_conv2d\/kernel$/,
    /^resnet\/block\d+\/unit\d+\/c\/standardized_conv2d\/kernel$/,
    /^resnet\/group_norm\/gamma$/,
  ],
  read: (tensors, hints) => resnetV2Network(renamed(tensors), hints, "Google's"),
};

/** What follows a layer's name there, and here. */
const kinds: Readonly<Record<string, string>> = {
  "standardized_conv2d/kernel": "conv.weight",
  "conv2d/kernel": "weight",
  "conv2d/bias": "bias",
  "group_norm/gamma": "norm.weight",
  "group_norm/beta": "norm.bias",
};

/**
 * Under timm's names, kernels `[height, width, in, out]` with their filters first. What is not known
 * keeps its name, to be listed in an error.
 */
function renamed(tensors: Tensors): Tensors {
  return new Map([...tensors].map(([name, tensor]) => {
    const isKernel = tensor.shape.length === 4;
    return [timmName(name) ?? name, isKernel ? reordered(tensor, [3, 2, 0, 1]) : tensor];
  }));
}

function timmName(name: string): string | undefined {
  const [, place = "", kind = ""] = /^resnet\/(?:(.*)\/)?([^/]+\/[^/]+)$/.exec(name) ?? [];
  const last = kinds[kind];
  if (last === undefined) return undefined;
  if (place === "") return last;
  if (place === "root_block") return `stem.${last}`;
  if (place === "head") return `head.fc.${last}`;
  const unit = /^block(\d+)\/unit(\d+)\/([abc])(\/proj)?$/.exec(place);
  if (unit === null) return undefined;
  const [, stage, index, letter = "", projection] = unit;
  const block = `stages.${Number(stage) - 1}.blocks.${Number(index) - 1}`;
  const number = "abc".indexOf(letter) + 1;
  return projection === undefined
    ? `${block}.${last.replace(".", `${number}.`)}`
    : `${block}.downsample.${last}`;
}
