/**
 * The suites, for one's own comparisons.
 *
 * @module
 */
export { compare, type ComparedProfiles, type CompareOptions } from "./run/compare_arms.ts";
export type { LabelConvention } from "../datasets/segmented.ts";
export type { SegmentationProfile } from "./experiments/profiles/ade20k.ts";
export type { ClassificationProfile } from "./experiments/profiles/imagenet.ts";
export type {
  ComparedArm,
  ComparedCell,
  ComparedWeights,
  ComparisonResult,
} from "./run/comparison_result.ts";
export type { ArmDefinition, ModelContext, ModelFactory, OwnArm } from "./experiments/arm.ts";
export { type Contrast, factorial, pair } from "./experiments/contrasts.ts";
