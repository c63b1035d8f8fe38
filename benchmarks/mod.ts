/**
 * The suites, for one's own comparisons.
 *
 * @module
 */
export type { OwnArm } from "./experiments/arms.ts";
export { compare, type ComparedProfiles, type CompareOptions } from "./run/compare.ts";
export type { SegmentationProfile } from "./experiments/profiles/ade20k.ts";
export type { ClassificationProfile } from "./experiments/profiles/imagenet.ts";
export type { Result } from "./record/mod.ts";
export type { ArmDefinition, ModelContext, ModelFactory } from "./experiments/arm.ts";
