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
  const count = (from: number, to: number, sign: 1 | -1) => {
    const edge = sign === 1 ? high : low;
    return values.filter((value) => {
      const beyond = sign * (value - edge);
      return beyond > from * distance && beyond <= to * distance;
    }).length;
  };
  return {
    n: values.length,
    lowMild: count(1.5, 3, -1),
    lowSevere: count(3, Infinity, -1),
    highMild: count(1.5, 3, 1),
    highSevere: count(3, Infinity, 1),
  };
}

/**
 * How many outliers there are in all.
 *
 * @param found what {@linkcode outliers} counted
 */
export function outlierCount({ lowMild, lowSevere, highMild, highSevere }: Outliers): number {
  return lowMild + lowSevere + highMild + highSevere;
}
