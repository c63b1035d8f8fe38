/**
 * The normalizations that `bench:overhead` times, and in which networks they can be.
 *
 * @module
 */
import { UsageError } from "../../ground/errors.ts";

/** Those of the library's table that the peers have too, with what tables call them. */
export const normalizationLabels = {
  batch: "BN",
  group: "GN",
  layer: "LN",
  instance: "IN",
  batchChannel: "BCN",
  none: "unnormalized", // "no norm failed with seed 0" would say the opposite
} as const;

/** What a profile's `normalization` may be. */
export const normalizations = Object.keys(normalizationLabels);

/** The published way to normalize, which the others are set in relation to. */
export const usualNormalization = "batch";

/** What of a profile decides whether a normalization can be made. */
interface NormalizedNetwork {
  model: string;
  normalization: string;
  groups: number;
  width: number;
  headChannels: number;
  lowLevelChannels: number;
  imageSize: number;
}

/** Of an image that large, or smaller, one pixel is left in a ResNet's last stage. */
const lastStride = 32;

/**
 * Checks that a profile's normalization can be made in each layer of its network.
 *
 * @throws {UsageError} if its groups do not divide the channels of a layer, or it would normalize
 * a map of one pixel by itself
 */
export function checkNormalization(profile: NormalizedNetwork): void {
  checkGroups(profile);
  checkPixels(profile);
}

function checkGroups(profile: NormalizedNetwork): void {
  const { model, normalization, groups, width, headChannels, lowLevelChannels } = profile;
  if (groups === 0 || !["group", "batchChannel"].includes(normalization)) return;
  // Every other layer has a multiple of these, or a sum of two.
  const channels = model === "deeplab" ? { width, headChannels, lowLevelChannels } : { width };
  const odd = Object.entries(channels).find(([, count]) => count % groups !== 0);
  if (odd === undefined) return;
  throw new UsageError(
    `Cannot time a step as groups of the normalization ${normalization} must divide the channels of ` +
      `every layer: ${groups} does not divide ${odd[1]}, the ${
        odd[0]
      }; choose a divisor of it, or 0 ` +
      "for groups that fit",
  );
}

function checkPixels({ model, normalization, imageSize }: NormalizedNetwork): void {
  const isDeepLab = model === "deeplab";
  if (normalization !== "instance" || (!isDeepLab && imageSize > lastStride)) return;
  const reason = isDeepLab
    ? "DeepLabv3+ pools its image to one"
    : `imageSize must be > ${lastStride}: current value is ${imageSize}`;
  throw new UsageError(
    `Cannot time a step as instance normalization leaves nothing of a map of one pixel: ${reason}; ` +
      "choose another normalization, or leave in and in-ws out by --arms",
  );
}
