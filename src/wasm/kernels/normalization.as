// Normalizations, ReLU and what they share as one binary: see batch_norm.ts, standardize.ts, group_norm.ts,
// pixel_mean.ts and relu.ts.
export {
  apply,
  batchNormGradient,
  centre,
  copy,
  moments,
  move,
  standardize,
  standardizeGradient,
} from "./batch_norm";
export { groupNorm, groupNormGradient } from "./group_norm";
export { pixelMean } from "./pixel_mean";
export { relu, reluGradient } from "./relu";
