/**
 * Values that lie far out. They are counted and told, never dropped: what disturbed them is part of
 * what was measured.
 *
 * @module
 */
import { assertFinite } from "./assert_finite.ts";
import { quantile } from "./summary.ts";

/** How many values lie beyond Tukey's fences. */
export interface Outliers {
  /** How many values there are. */
  n: number;
  /** Below by 1.5 to 3 times the distance of the quartiles. */
  lowMild: number;
  /** Below by more than 3 times. */
  lowSevere: number;
  /** Above by 1.5 to 3 times. */
  highMild: number;
  /** Above by more than 3 times. */
  highSevere: number;
}

/**
 * Counts values by Tukey's fences: with quartiles q₁ and q₃ and d = q₃ − q₁, a value below
 * q₁ − 1.5·d or above q₃ + 1.5·d is mild, beyond 3·d severe (Tukey 1977).
 *
 * @param values at least one
 * @throws {RangeError} if there are none, or one is not finite
 */
export function outliers(values: readonly number[]): Outliers {
  assertFinite("outliers", "values", values);
  const [low, high] = [quantile(values, 0.25), quantile(values, 0.75)];
  const distance = high - low;
  const [below, above] = [values.map((value) => low - value), values.map((value) => value - high)];
  const beyond = (from: number, to: number) => (by: number) =>
    by > from * distance && by <= to * distance;
  const [isMild, isSevere] = [beyond(1.5, 3), beyond(3, Infinity)];
  return {
    n: values.length,
    lowMild: below.filter(isMild).length,
    lowSevere: below.filter(isSevere).length,
    highMild: above.filter(isMild).length,
    highSevere: above.filter(isSevere).length,
  };
}

/** How many outliers there are in all. */
export function outlierCount({ lowMild, lowSevere, highMild, highSevere }: Outliers): number {
  return lowMild + lowSevere + highMild + highSevere;
}
