import { check, isInteger } from "../check.ts";

/**
 * How many groups of channels a normalization makes.
 *
 * @module
 */

/**
 * A number of groups, which must divide the channels; or `"auto"`: the largest divisor of the
 * channels that is at most 32 and leaves two channels a group, the least that published networks
 * have. That is 32 wherever 32 divides 64 channels or more, so in every layer of a full-width
 * ResNet; 24 for 48 channels, 8 for 16, 1 for a prime number.
 */
export type Groups = number | "auto";

/**
 * The groups that a layer was given, checked when it is made.
 *
 * @param className the layer's class, for the message
 * @param groups what the layer was given
 * @returns `groups`
 * @throws {RangeError} if it is neither an integer >= 1 nor `"auto"`
 */
export function checkedGroups(className: string, groups: Groups): Groups {
  const holds = groups === "auto" || isInteger(groups, 1);
  const requirement = `make ${className} as groups must be an integer >= 1 or "auto"`;
  check(holds, RangeError, requirement, JSON.stringify(groups));
  return groups;
}

/**
 * The number of groups of that many channels.
 *
 * @param layerName the layer, for the message
 * @param channels how many channels the layer's input has
 * @param groups what the layer was given
 * @returns a divisor of `channels`
 * @throws {RangeError} if `groups` is a number that does not divide `channels`
 */
export function resolvedGroups(layerName: string, channels: number, groups: Groups): number {
  if (groups === "auto") return automaticGroups(channels);
  const requirement =
    `build ${layerName} as groups must divide the number of channels, ${channels}`;
  check(channels % groups === 0, RangeError, requirement, groups);
  return groups;
}

function automaticGroups(channels: number): number {
  let groups = Math.max(1, Math.min(32, Math.floor(channels / 2)));
  while (channels % groups !== 0) groups--;
  return groups;
}
