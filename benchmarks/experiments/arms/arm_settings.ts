/**
 * What the arms of the published claims set, apart from the arms: whoever judges a run holds its arms
 * against these, and needs no TensorFlow.js for that.
 *
 * @module
 */
import type { Variant } from "../../../src/standardization/variants.ts";
import { type Contrast, factorial } from "../contrasts.ts";

/** By arm. */
export const normalizationSettings = {
  bn: { normalization: "batch" },
  "bn-ws": { normalization: "batch" },
  gn: { normalization: "group" },
  "gn-ws": { normalization: "group" },
  ln: { normalization: "layer" },
  "ln-ws": { normalization: "layer" },
  in: { normalization: "instance" },
  "in-ws": { normalization: "instance" },
  bcn: { normalization: "batchChannel" },
  "bcn-ws": { normalization: "batchChannel" },
  none: { normalization: "none" },
  "none-ws": { normalization: "none" },
} as const;

/** An arm of one normalization, without or with WS. */
export type NormArm = keyof typeof normalizationSettings;

/** The formulas that are half of WS, by their names in `src/standardization/variants.ts`. */
export const halves: readonly string[] = ["meanOnly", "varianceOnly"] satisfies Variant[];

/** The code of the warning that initial weights were trained with WS. */
export const standardizedStart = "standardized-start";

/** How many times the profile's weight decay regularizes more; ours, as no number was published. */
export const moreDecay = 4;

/** How many times the profile's augmentation; ours, as no number was published. */
export const moreAugmentation = 2;

/** How much more WS gains where decay and augmentation are both stronger. */
export const regularizationContrast: Contrast = factorial(
  ["baseline", "ws", "baseline-regularized", "ws-regularized"],
  {
    WS: ["ws", "ws-regularized"],
    regularization: ["baseline-regularized", "ws-regularized"],
  },
).at(-1)!;
