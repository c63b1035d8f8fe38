/** Weight standardization: the formulas, the convolutions, and surgery on a model. @module */
export * from "./apply.ts";
export * from "./convolutions.ts";
export * from "./fold_batch_normalization.ts";
export * from "./standardize_weights.ts";
export { type StandardizationOptions, type Variant } from "./variants.ts";
