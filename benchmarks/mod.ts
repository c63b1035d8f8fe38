/**
 * The suites, for one's own comparisons.
 *
 * @module
 */
export type { OwnArm } from "./arms.ts";
export { compare, type ComparedProfiles, type CompareOptions } from "./compare.ts";
export type { SegmentationProfile } from "./profiles/ade20k.ts";
export type { ClassificationProfile } from "./profiles/imagenet.ts";
export type { Result } from "./result.ts";
export type { ArmDefinition, ModelContext, ModelFactory } from "./task.ts";
