/**
 * Whether one sample tends to be larger than another, by ranks alone.
 *
 * @module
 */

import { assertFinite } from "./assert_finite.ts";

/** The outcome of {@linkcode mannWhitney}. */
export interface RankTest {
  /** How many pairs have the first sample's value above the second's; a tie counts a half. */
  u: number;
  /** Two-sided and exact, ties included. */
  pValue: number;
}

/** Options of {@linkcode mannWhitney}. */
export interface RankTestOptions {
  /** The error rate that the p-value will be held against (default: 0.05). */
  alpha?: number;
}

/**
 * The exact two-sided Mann-Whitney test of two samples that are not paired (Mann and Whitney 1947):
 * among all ways to deal the pooled ranks out, how many give a rank sum as far out as the one seen.
 *
 * @param x a sample
 * @param y another
 * @throws {RangeError} if the samples are so small that even the most extreme order has a p-value
 * above alpha: the test could not find anything; or a value is not finite
 */
export function mannWhitney(
  x: readonly number[],
  y: readonly number[],
  { alpha = 0.05 }: RankTestOptions = {},
): RankTest {
  assertFinite("mannWhitney", "x", x);
  assertFinite("mannWhitney", "y", y);
  assertFinite("mannWhitney", "alpha", [alpha]);
  const pooled = Float64Array.from([...x, ...y]).sort();
  const ranks = [...x, ...y].map((value) => doubledRank(pooled, value));
  const ways = waysToSum(ranks, x.length);
  const total = ways.reduce((sum, count) => sum + count, 0);
  assertCanFind(Math.min(1, 2 / total), alpha, x.length, y.length);
  const seen = ranks.slice(0, x.length).reduce((sum, rank) => sum + rank, 0);
  const tail = (counts: number[]) => counts.reduce((sum, count) => sum + count, 0) / total;
  const below = tail(ways.slice(0, seen + 1));
  const above = tail(ways.slice(seen));
  return {
    u: (seen - x.length * (x.length + 1)) / 2,
    pValue: Math.min(1, 2 * Math.min(below, above)),
  };
}

/** Twice the mean rank of the values equal to `value`, so that it is whole with ties too. */
function doubledRank(sorted: Float64Array, value: number): number {
  return sorted.indexOf(value) + sorted.lastIndexOf(value) + 2;
}

/** For every sum, how many choices of `size` ranks have it. */
function waysToSum(ranks: number[], size: number): number[] {
  const most = ranks.reduce((sum, rank) => sum + rank, 0);
  const ways = Array.from({ length: size + 1 }, () => new Array<number>(most + 1).fill(0));
  (ways[0] as number[])[0] = 1;
  for (const rank of ranks) {
    for (let count = size; count > 0; count--) {
      const [chosen, fewer] = [ways[count] as number[], ways[count - 1] as number[]];
      for (let sum = most; sum >= rank; sum--) {
        chosen[sum] = (chosen[sum] as number) + (fewer[sum - rank] as number);
      }
    }
  }
  return ways[size] as number[];
}

function assertCanFind(smallest: number, alpha: number, x: number, y: number): void {
  if (smallest <= alpha) return;
  throw new RangeError(
    `Cannot test by mannWhitney as the smallest possible p-value must be <= ${alpha}: with ` +
      `${x} and ${y} values it is ${Number(smallest.toPrecision(3))}; take more values`,
  );
}
