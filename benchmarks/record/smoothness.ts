/**
 * How smooth a cell's loss was, at places of its training.
 *
 * @module
 */
import * as v from "valibot";
import { count, measured, positive } from "./head.ts";

const walk = v.strictObject({
  /** The gradient's norm where the walk begins, in the walk's metric. */
  gradientNorm: measured,
  points: v.array(v.strictObject({
    /** `η` of a walk along the gradient, a share of each kernel's norm of a layerwise one. */
    size: v.number(),
    /** From the start, in the walk's metric. */
    distance: measured,
    loss: measured,
    /** The norm of the gradient's change since the start, in the walk's metric. */
    gradientChange: measured,
  })),
});

export const smoothness = v.array(v.strictObject({
  /** Optimizer steps, and epochs with a fraction, that were taken before. */
  step: count,
  epoch: positive,
  /** On the batch that it was measured on. */
  loss: measured,
  /** The norm of all weights that are trained. */
  weightNorm: measured,
  /** The walk along the gradient. */
  gradient: walk,
  /** The layerwise walk, in units of each kernel's norm. */
  relative: walk,
}));

/** What was measured at one place of a cell's training. */
export type SmoothnessRecord = v.InferOutput<typeof smoothness>[number];
