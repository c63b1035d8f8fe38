/** SciPy's values (`make_scipy.py`), and how tests compare with them. */
import assert from "node:assert/strict";

interface Fixture {
  tCdf: [number, number, number][];
  tQuantile: [number, number, number][];
  a: number[];
  b: number[];
  paired: { n: number; mean: number; sd: number; pValue: number; low: number; high: number }[];
  tost: { n: number; margin: number; pValue: number; low: number; high: number }[];
  power: { pairs: number; difference: number; sd: number; alpha: number; power: number }[];
  needed: { difference: number; sd: number; pairs: number }[];
  bootstrap: { baseline: number[]; arm: number[]; median: number; low: number; high: number };
  mannWhitney: { x: number[]; y: number[]; u: number; pValue: number }[];
  holm: { p: number[]; adjusted: number[] };
  welch: {
    x: number[];
    y: number[];
    degrees: number;
    pValue: number;
    low: number;
    high: number;
  }[];
  trend: { values: number[]; correlation: number; pValue: number; autocorrelation: number }[];
  outliers: {
    values: number[];
    lowMild: number;
    lowSevere: number;
    highMild: number;
    highSevere: number;
  }[];
  line: {
    x: number[];
    y: number[];
    at: number;
    /** Values with half of their intervals. */
    intercept: [number, number];
    slope: [number, number];
    there: [number, number];
    rSquared: number;
  }[];
}

export const scipy: Fixture = JSON.parse(
  await Deno.readTextFile(new URL("./fixtures/scipy.json", import.meta.url)),
);

/** The differences of values that pair. */
export function minus(a: readonly number[], b: readonly number[]): number[] {
  return a.map((value, i) => value - b[i]!);
}

/** Fails where the numbers differ by more than `tolerance`, relative where they are above 1. */
export function assertNear(
  actual: number | undefined,
  expected: number,
  tolerance: number,
  what: string,
): void {
  const error = Math.abs((actual ?? NaN) - expected) / Math.max(1, Math.abs(expected));
  assert.ok(error <= tolerance, `${what}: ${actual}, not ${expected}`);
}
