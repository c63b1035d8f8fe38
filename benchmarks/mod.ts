/**
 * The suites, for one's own comparisons.
 *
 * @module
 */
export { compare, planComparison } from "./run/compare_arms.ts";
export type { ComparedProfiles, CompareOptions } from "./run/compare_options.ts";
export { ComparisonError } from "./run/comparison_error.ts";
export type { ComparisonPlan } from "./run/comparison_plan.ts";
export type { RunEvent, RunPlace } from "./run/run_event.ts";
export { mergeRuns, type MergeRunsOptions, readRun, writeReport } from "./run/kept_runs.ts";
export type { LabelConvention } from "../datasets/segmented.ts";
export type { SegmentationProfile } from "./experiments/profiles/ade20k.ts";
export type { ClassificationProfile } from "./experiments/profiles/imagenet.ts";
export type {
  MicrobatchClassificationProfile,
  MicrobatchSegmentationProfile,
} from "./experiments/profiles/microbatch.ts";
export type { NormsProfile } from "./experiments/profiles/norms.ts";
export type { SmoothnessProfile } from "./experiments/profiles/smoothness.ts";
export type {
  ComparedArm,
  ComparedCell,
  ComparedWeights,
  ComparisonResult,
} from "./run/comparison_result.ts";
export type { ArmDefinition, ModelContext, ModelFactory, OwnArm } from "./experiments/arm.ts";
export { type Contrast, factorial, pair } from "./experiments/contrasts.ts";
export { loadWeights, type LoadWeightsOptions } from "./predict/load_weights.ts";
