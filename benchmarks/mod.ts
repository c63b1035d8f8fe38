/**
 * The suites, for one's own comparisons.
 *
 * @module
 */
export { compare, type CompareOptions } from "./compare.ts";
export type { SegmentationProfile } from "./profiles/ade20k.ts";
export type { Result } from "./result.ts";
export type { ArmDefinition, ModelContext, ModelFactory } from "./task.ts";
