/**
 * What the arms of the published claims set, apart from the arms: whoever judges a run holds its arms
 * against these, and needs no TensorFlow.js for that.
 *
 * @module
 */
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

/** Four times the published decay, and three times its dropout; ours, as no number was published. */
export const regularized = { weightDecay: 2e-4, dropout: 0.3 } as const;

/** Main effects of WS and regularization, and their interaction. */
export const regularizationContrasts: readonly Contrast[] = factorial(
  ["baseline", "ws", "baseline-regularized", "ws-regularized"],
  {
    WS: ["ws", "ws-regularized"],
    regularization: ["baseline-regularized", "ws-regularized"],
  },
);
