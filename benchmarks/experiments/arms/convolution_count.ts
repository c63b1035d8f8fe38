/**
 * How many convolutions the suites' networks have, without making one: arms are data before there is a
 * backend.
 *
 * @module
 */
import { blocksOf, type ResNetBackboneOptions } from "../../../src/models/resnet_backbone.ts";
import { withUsageErrors } from "../../ground/usage_errors.ts";
import type { SegmentationProfile } from "../profiles/ade20k.ts";
import type { VisionProfile } from "../profiles/vision.ts";

/** What decides the count of a ResNet's. */
type ResNetValues = Pick<VisionProfile, "depth" | "blocks">;

/**
 * The convolutions of a ResNet: the stem, two or three a block, and a projection where a stage changes
 * the number of channels. With basic blocks the first stage changes none.
 *
 * @throws {UsageError} if there is no such ResNet
 */
export function resnetConvolutions({ depth, blocks }: ResNetValues): number {
  const own = { block: "basic", counts: blocks };
  const asked = (depth === 0 ? own : depth) as ResNetBackboneOptions["depth"]; // which checks it
  const { block, counts } = withUsageErrors(() => blocksOf(asked));
  const [perBlock, projections] = block === "basic" ? [2, 3] : [3, 4];
  return 1 + projections + counts.reduce((sum, count) => sum + perBlock * count, 0);
}

/**
 * The convolutions of a DeepLabv3+ on that ResNet: one for the image, one or two (depthwise and
 * pointwise) a dilation, the bottleneck, one for the first stage, two separable ones, the classifier.
 *
 * @throws {UsageError} if there is no such ResNet
 */
export function deeplabConvolutions(
  profile: ResNetValues & Pick<SegmentationProfile, "dilations">,
): number {
  const branches = profile.dilations.reduce((sum, dilation) => sum + (dilation === 1 ? 1 : 2), 0);
  return resnetConvolutions(profile) + 1 + branches + 1 + 1 + 4 + 1;
}
