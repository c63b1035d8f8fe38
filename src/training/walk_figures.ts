/**
 * What a walk from a model's weights says of the smoothness of its loss.
 *
 * @module
 */

/** A place on a walk, away from its start. */
export interface WalkPoint {
  /** How large the step to it was, as it was asked for. */
  size: number;
  /** How far from the start it is, in the walk's metric. */
  distance: number;
  /** The loss there. */
  loss: number;
  /** The norm of the gradient there minus that at the start, in the walk's metric. */
  gradientChange: number;
}

/** A walk from a model's weights along a line. Nothing of it is finite where training diverged. */
export interface Walk {
  /** The norm of the gradient at the start, in the walk's metric. */
  gradientNorm: number;
  /** In the order of the step sizes that were asked for. */
  points: WalkPoint[];
}

/** The least and the largest of some values. */
export interface Range {
  /** The least. */
  low: number;
  /** The largest. */
  high: number;
}

/** What a walk says of smoothness; NaN where a number of it is not finite, or it led nowhere. */
export interface WalkFigures {
  /** Of the losses at its points: the loss landscape. */
  loss: Range;
  /** Of the changes of the gradient at its points: gradient predictiveness. */
  gradientChange: Range;
  /** `max |L(w') − L(w)| / distance`: the effective Lipschitz constant of the loss. */
  lipschitz: number;
  /** `max ‖g(w') − g(w)‖ / distance`: the effective β-smoothness. */
  beta: number;
}

/**
 * The figures of a walk, each a maximum or a minimum over its points.
 *
 * Source: Santurkar et al., "How Does Batch Normalization Help Optimization?", 2018, section 3.1.
 *
 * @param loss where it starts
 * @param walk the walk
 * @returns the figures
 *
 * @example
 * ```ts
 * import { walkFigures } from "./walk_figures.ts";
 * import assert from "node:assert/strict";
 *
 * // L(w) = w² from w = 1: the gradient is 2, and steps of 0.25 and 0.5 lead to 0.5 and to 0.
 * const points = [
 *   { size: 0.25, distance: 0.5, loss: 0.25, gradientChange: 1 },
 *   { size: 0.5, distance: 1, loss: 0, gradientChange: 2 },
 * ];
 * const { lipschitz, beta } = walkFigures(1, { gradientNorm: 2, points });
 * assert.deepEqual([lipschitz, beta], [1.5, 2]); // the second derivative is 2
 * ```
 */
export function walkFigures(loss: number, { points }: Walk): WalkFigures {
  const slopes = points.map((point) => Math.abs(point.loss - loss) / point.distance);
  const bends = points.map(({ gradientChange, distance }) => gradientChange / distance);
  return {
    loss: rangeOf(points.map((point) => point.loss)),
    gradientChange: rangeOf(points.map(({ gradientChange }) => gradientChange)),
    lipschitz: rangeOf(slopes).high,
    beta: rangeOf(bends).high,
  };
}

/** A part of a landscape that could not be measured leaves its extremes unknown. */
function rangeOf(values: readonly number[]): Range {
  const known = values.length > 0 && values.every(Number.isFinite);
  return known ? { low: Math.min(...values), high: Math.max(...values) } : { low: NaN, high: NaN };
}
