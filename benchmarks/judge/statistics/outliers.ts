/**
 * Values that lie far out. They are counted and reported, never dropped: what disturbed them is part
 * of what was measured.
 *
 * @module
 */
import { assertFinite } from "./assert_finite.ts";
import { quantile } from "./summary.ts";

/** Below or above Tukey's fences, by 1.5 to 3 times the distance of the quartiles or by more. */
export type OutlierKind = "low severe" | "low mild" | "high mild" | "high severe";

/**
 * Counts values by Tukey's fences: with quartiles q₁ and q₃ and d = q₃ − q₁, a value below
 * q₁ − 1.5·d or above q₃ + 1.5·d is mild, beyond 3·d severe (Tukey 1977).
 *
 * @param values at least one
 * @throws {RangeError} if there are none, or one is not finite
 */
export function outliers(values: readonly number[]): Record<OutlierKind, number> {
  assertFinite("outliers", "values", values);
  const [low, high] = [quantile(values, 0.25), quantile(values, 0.75)];
  const distance = high - low;
  const [below, above] = [values.map((value) => low - value), values.map((value) => value - high)];
  const isSevere = (by: number) => by > 3 * distance;
  const isMild = (by: number) => by > 1.5 * distance && !isSevere(by);
  return {
    "low severe": below.filter(isSevere).length,
    "low mild": below.filter(isMild).length,
    "high mild": above.filter(isMild).length,
    "high severe": above.filter(isSevere).length,
  };
}
