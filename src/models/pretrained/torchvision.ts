import { groupNormalization } from "../../normalization/group.ts";
import { applyWeightStandardization } from "../../standardization/apply.ts";
import { formulaOf } from "../../standardization/variants.ts";
import { resnet, type ResNetOptions } from "../resnet.ts";
import type { ResNetBlocks } from "../resnet_backbone.ts";
import { isRawKernelName, plainTorchName } from "../torch_names.ts";
import { standardizedMetadata } from "../torch_standardized.ts";
import { isBaked } from "./baked.ts";
import { fail } from "./fail.ts";
import { groupsOf } from "./groups.ts";
import type { Hints, Layout, Network, Tensors } from "./layout.ts";

/**
 * torchvision's ResNet, as it is standardized: by Composer, which says so in the names; by this
 * library, whose files say so; or by the authors' own code, with group normalization and inside of
 * DataParallel.
 */
export const torchvision: Layout = {
  name: "torchvision",
  description: "torchvision's ResNet, standardized by Composer or by the authors' code",
  marks: [
    /^conv1\.weight$/,
    /^bn1\.weight$/,
    /^layer1\.\d+\.conv2\.weight$/,
    /^layer4\.0\.conv2\./,
  ],
  read(tensors, hints) {
    const isWrapped = [...tensors.keys()].some((name) => name.startsWith("module."));
    const saysItself = [...tensors.keys()].some(isRawKernelName) ||
      hints.metadata.has(standardizedMetadata);
    return networkOf(unwrapped(tensors), hints, { isWrapped, saysItself });
  },
};

/** What names alone tell, before they are made plain. */
interface Signs {
  /** Whether the network was saved inside of DataParallel. */
  isWrapped: boolean;
  /** Whether the file says which kernels are standardized. */
  saysItself: boolean;
}

function networkOf(tensors: Tensors, hints: Hints, signs: Signs): Network {
  const names = new Set([...tensors.keys()].map(plainTorchName));
  const kernels = [...tensors.values()].filter(({ shape }) => shape.length === 4);
  const baked = !signs.saysItself && hints.variant === undefined && isBaked(kernels);
  const standardization = baked ? undefined : standardizationOf(hints, signs, names);
  const groups = names.has("bn1.running_mean") ? undefined : groupsOf(tensors, hints);
  const shapes = new Map([...tensors].map(([name, { shape }]) => [plainTorchName(name), shape]));
  const { depth, width, stem } = backboneOf(shapes);
  const [, inputs = 3] = shapes.get("conv1.weight") ?? [];
  const [classes, features = 0] = shapes.get("fc.weight") ??
    [undefined, lastChannels(depth, width)];
  const { inputShape = [null, null, inputs] } = hints;
  return {
    architecture: `${
      ownerOf(signs, groups)
    } ResNet, ${depth.counts} ${depth.block} blocks of width ${width}`,
    tensors,
    head: { name: "fc", shape: [features], classes },
    standardization,
    isBaked: baked,
    groups,
    build(classes) {
      const normalization: ResNetOptions["normalization"] = groups === undefined
        ? "batch"
        : (args) => groupNormalization({ ...args, groups });
      const model = resnet({ depth, width, stem, classes, inputShape, normalization });
      if (standardization !== undefined) applyWeightStandardization(model, standardization);
      return model;
    },
  };
}

function ownerOf({ saysItself }: Signs, groups: number | undefined): string {
  if (saysItself) return "a standardized";
  return groups === undefined ? "torchvision's" : "the authors'";
}

/** The formula for all convolutions; none where the file says it of each. */
function standardizationOf(
  { variant, epsilon, config }: Hints,
  { isWrapped, saysItself }: Signs,
  names: ReadonlySet<string>,
): Network["standardization"] {
  if (saysItself && variant === undefined) return undefined;
  const isAuthors = isWrapped && !names.has("bn1.running_mean") &&
    config?.["architecture"] === undefined;
  const chosen = variant ?? (isAuthors ? "paper" : undefined);
  if (chosen === undefined) {
    fail(
      "variant must be given for a ResNet of torchvision's names, as its file does not say whether " +
        'it was trained with weight standardization: give { variant: "paper" } for the authors\' code; ' +
        "for one that was trained without, as torchvision's and timm's are, build models.resnet and call " +
        "models.loadTorchWeights",
    );
  }
  return {
    variant: chosen,
    epsilon: formulaOf({ variant: chosen, epsilon }, "loadPretrained").epsilon,
  };
}

/** Names without what wrappers add, but for what tells a standardized kernel. */
function unwrapped(tensors: Tensors): Tensors {
  return new Map([...tensors].map(([name, tensor]) => {
    const plain = plainTorchName(name);
    const raw = plain.replace(/weight$/, "parametrizations.weight.original");
    return [isRawKernelName(name) ? raw : plain, tensor];
  }));
}

function backboneOf(
  shapes: ReadonlyMap<string, readonly number[]>,
): { depth: ResNetBlocks; width: number; stem: "imagenet" | "cifar" } {
  const block = shapes.has("layer1.0.conv3.weight") ? "bottleneck" : "basic";
  const counts = [1, 2, 3, 4].map((stage) => {
    let count = 0;
    while (shapes.has(`layer${stage}.${count}.conv1.weight`)) count++;
    return count;
  }) as unknown as ResNetBlocks["counts"];
  const [width = 0, , kernelSize] = shapes.get("conv1.weight") ?? [];
  return { depth: { block, counts }, width, stem: kernelSize === 3 ? "cifar" : "imagenet" };
}

function lastChannels({ block }: ResNetBlocks, width: number): number {
  return 8 * width * (block === "bottleneck" ? 4 : 1);
}
