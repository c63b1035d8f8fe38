/** Rounding as Python does it, which torchvision's transforms are written in. */

/** The nearest integer; of two that are equally near, the even one. */
export function roundHalfToEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
