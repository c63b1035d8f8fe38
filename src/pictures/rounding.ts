/**
 * Rounding as in Python, in which torchvision's transforms are written.
 *
 * @module
 */

/**
 * Rounds to the nearest integer; of two that are equally near, to the even one.
 *
 * @param value the number
 * @returns the integer
 */
export function roundHalfToEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
