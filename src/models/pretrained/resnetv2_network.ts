/**
 * A ResNetV2 by the names and shapes of its weights.
 *
 * @module
 */
import { formulaOf, type Variant, variants } from "../../standardization/variants.ts";
import { removeWeightStandardization } from "../../standardization/apply.ts";
import { bitStandardization, buildResNetV2, type ResNetV2Options } from "../resnetv2.ts";
import type { ResNetV2Blocks } from "../resnetv2_features.ts";
import type { SafetensorsTensor } from "../safetensors.ts";
import { standardizedMetadata } from "../torch_standardized.ts";
import { isBaked } from "./baked.ts";
import { fail } from "./fail.ts";
import { groupsOf } from "./groups.ts";
import type { Config, Hints, Network, Tensors } from "./layout.ts";

/** The published ones, by how many blocks the stages have. */
const depths: Readonly<Record<string, number>> = {
  "3,4,6,3": 50,
  "3,4,23,3": 101,
  "3,8,36,3": 152,
};

/**
 * What a file holds as a ResNetV2.
 *
 * @param tensors under timm's names
 * @param hints what else is known
 * @param owner whose layout it is, for words
 * @returns the network
 * @throws {TypeError} if no ResNetV2 of ours has such weights
 */
export function resnetV2Network(tensors: Tensors, hints: Hints, owner: string): Network {
  refuseOthers(tensors);
  const isDeep = tensors.has("stem.conv1.weight");
  const blocks = blocksOf(tensors, isDeep);
  checkConfigSize(blocks, hints.config);
  const baked = !isFormulaSaid(hints) && isBaked(standardizedOf(tensors));
  const standardization = baked ? undefined : standardizationOf(hints, isDeep);
  const groups = groupsOf(tensors, hints);
  const [, inputs = 3] = shapeOf(tensors, isDeep ? "stem.conv1.weight" : "stem.conv.weight");
  const { inputShape = [null, null, inputs] } = hints;
  return {
    architecture: `${owner} ResNetV2${isDeep ? "-D" : ""}, ${sizeOf(blocks)}`,
    tensors,
    head: {
      name: "head.fc",
      shape: [blocks.channels[3], 1, 1],
      classes: tensors.get("head.fc.weight")?.shape[0],
    },
    standardization,
    isBaked: baked,
    groups,
    build(classes) {
      const model = buildResNetV2({
        depth: blocks,
        groups,
        classes,
        inputShape,
        ...standardization,
        ...(isDeep && deepForm(tensors)),
      }, { isBlank: true });
      if (baked) removeWeightStandardization(model);
      return model;
    },
  };
}

/** Whether the caller or the file says how kernels are standardized. */
function isFormulaSaid({ variant, epsilon, metadata }: Hints): boolean {
  return (variant ?? epsilon ?? metadata.get(standardizedMetadata)) !== undefined;
}

/** All convolutions but the classifier. */
function standardizedOf(tensors: Tensors): SafetensorsTensor[] {
  return [...tensors].filter(([name, { shape }]) => shape.length === 4 && name !== "head.fc.weight")
    .map(([, tensor]) => tensor);
}

/** Networks with such names that BiT is not. */
function refuseOthers(tensors: Tensors): void {
  if (tensors.has("norm.running_mean")) {
    fail(
      "a ResNetV2 must have group normalizations: the file has running statistics of batch " +
        "normalizations (norm.running_mean), as timm's resnetv2_50, which is trained without " +
        "weight standardization; take one of timm's resnetv2_…_bit",
    );
  }
}

/** timm's ResNetV2-D and -T: which of the two, the second convolution's inputs say. */
function deepForm(tensors: Tensors): Pick<ResNetV2Options, "stem" | "downsampling"> {
  const [outputs, inputs] = shapeOf(tensors, "stem.conv2.weight");
  return { stem: inputs === outputs ? "deep" : "tiered", downsampling: "average" };
}

function blocksOf(tensors: Tensors, isDeep: boolean): Required<ResNetV2Blocks> {
  const counts = [0, 1, 2, 3].map((stage) => countOf(tensors, stage));
  const channels = [0, 1, 2, 3].map((stage) => {
    const name = `stages.${stage}.blocks.0.conv`;
    const [outputs = 0, inner = 0] = shapeOf(tensors, `${name}3.weight`);
    if (outputs !== 4 * inner) {
      fail(`${name}3.weight must have a quarter of its filters as inputs: ${inner} of ${outputs}`);
    }
    return outputs;
  });
  const [stem = 0] = shapeOf(tensors, isDeep ? "stem.conv3.weight" : "stem.conv.weight");
  return {
    counts: counts as unknown as ResNetV2Blocks["counts"],
    channels: channels as unknown as Required<ResNetV2Blocks>["channels"],
    stem,
  };
}

/** How many blocks a stage has. */
function countOf(tensors: Tensors, stage: number): number {
  let count = 0;
  while (tensors.has(`stages.${stage}.blocks.${count}.conv1.weight`)) count++;
  return count;
}

function shapeOf(tensors: Tensors, name: string): readonly number[] {
  const { shape } = tensors.get(name) ?? fail(`the file must have ${name}, as every ResNetV2 has`);
  return shape;
}

/** `50x1` for a published one, otherwise its numbers. */
function sizeOf({ counts, channels, stem }: Required<ResNetV2Blocks>): string {
  const depth = depths[`${counts}`];
  const isPublished = depth !== undefined &&
    channels.every((size, stage) => size === stem * 4 * 2 ** stage);
  return isPublished && stem % 64 === 0
    ? `${depth}x${stem / 64}`
    : `${counts} blocks of ${channels} channels`;
}

/** Depths as a config gives them, for a message. */
function depthsText(counts: readonly unknown[]): string {
  const areNumbers = counts.length <= 8 && counts.every((count) => typeof count === "number");
  return areNumbers ? counts.join() : "that are no short list of numbers";
}

/** A config of another depth or width is another file's. */
function checkConfigSize(blocks: Required<ResNetV2Blocks>, config: Config | undefined): void {
  const [architecture, counts] = [config?.["architecture"], config?.["depths"]];
  const name = typeof architecture === "string" ? architecture : "";
  const [, said] = /^resnetv2_(\d+x\d+)_bit/.exec(name) ?? [];
  const size = sizeOf(blocks);
  // timm keeps an architecture's name where its arguments are one's own, of no published size.
  const isOtherSize = said !== undefined && said !== size && /^\d+x\d+$/.test(size);
  const isOtherDepth = Array.isArray(counts) &&
    !(counts.length === blocks.counts.length && counts.every((n, i) => n === blocks.counts[i]));
  if (!isOtherSize && !isOtherDepth) return;
  fail(
    `the config's network must be the file's: it says ${
      isOtherSize ? said : `depths ${depthsText(counts as unknown[])}`
    }, the weights are of ${size}; take the config that belongs to the weights`,
  );
}

/** The caller's, what the file says of itself, or BiT's. */
function standardizationOf(
  { variant, epsilon, metadata }: Hints,
  isDeep: boolean,
): NonNullable<Network["standardization"]> {
  const [own, ownEpsilon] = ownFormula(metadata.get(standardizedMetadata));
  if (isDeep && (variant ?? own) === undefined) {
    fail(
      "variant must be given for a ResNetV2 with a deep stem, as its file does not say whether it " +
        'was trained with weight standardization: give { variant: "timm", epsilon: 1e-6 } for ' +
        "timm's StdConv2d; timm's published resnetv2_50d_gn was trained without",
    );
  }
  const chosen = variant ?? own ?? bitStandardization.variant;
  const unsaid = chosen === bitStandardization.variant ? bitStandardization.epsilon : undefined;
  const given = epsilon ?? (chosen === own ? ownEpsilon : undefined) ?? unsaid;
  return {
    variant: chosen,
    epsilon: formulaOf({ variant: chosen, epsilon: given }, "loadPretrained").epsilon,
  };
}

/** The first formula of those that our own files list. */
function ownFormula(json: string | undefined): [Variant, number] | [] {
  if (json === undefined) return [];
  try {
    const [first] = Object.values(JSON.parse(json) as Record<string, unknown>);
    const [variant = "", epsilon] = `${first}`.split(", ");
    return Object.hasOwn(variants, variant) ? [variant as Variant, Number(epsilon)] : [];
  } catch {
    return [];
  }
}
