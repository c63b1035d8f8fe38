/**
 * Whether one sample tends to be larger than another, by ranks alone.
 *
 * @module
 */
import { assertFinite } from "./assert_finite.ts";
import { ranks } from "./distributions.ts";

/** The outcome of {@linkcode mannWhitney}. */
export interface RankTest {
  /** How many pairs have the first sample's value above the second's; a tie counts a half. */
  u: number;
  /** Two-sided and exact, ties included. */
  pValue: number;
}

/** The error rate that the p-value will be held against. */
const alpha = 0.05;

/**
 * The exact two-sided Mann-Whitney test of two samples that are not paired (Mann and Whitney 1947):
 * among all ways to deal the pooled ranks out, how many give a rank sum as far out as the one seen.
 *
 * @throws {RangeError} if the samples are so small that even the most extreme order has a p-value
 * above 0.05: the test could not find anything; or a value is not finite
 */
export function mannWhitney(x: readonly number[], y: readonly number[]): RankTest {
  assertFinite("mannWhitney", "x", x);
  assertFinite("mannWhitney", "y", y);
  const doubled = ranks([...x, ...y]).map((rank) => 2 * rank); // whole, with ties too
  const ways = waysToSum(doubled, x.length);
  const total = sum(ways);
  assertCanFind(Math.min(1, 2 / total), x.length, y.length);
  const seen = sum(doubled.slice(0, x.length));
  const below = sum(ways.slice(0, seen + 1)) / total;
  const above = sum(ways.slice(seen)) / total;
  return {
    u: (seen - x.length * (x.length + 1)) / 2,
    pValue: Math.min(1, 2 * Math.min(below, above)),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** For every sum, how many choices of `size` ranks have it. */
function waysToSum(ranks: number[], size: number): number[] {
  const most = sum(ranks);
  const ways = Array.from({ length: size + 1 }, () => new Array<number>(most + 1).fill(0));
  ways[0]![0] = 1;
  for (const rank of ranks) {
    for (let count = size; count > 0; count--) {
      const [chosen, fewer] = [ways[count]!, ways[count - 1]!];
      for (let sum = most; sum >= rank; sum--) chosen[sum]! += fewer[sum - rank]!;
    }
  }
  return ways[size]!;
}

function assertCanFind(smallest: number, x: number, y: number): void {
  if (smallest <= alpha) return;
  throw new RangeError(
    `Cannot test by mannWhitney as the smallest possible p-value must be <= ${alpha}: with ` +
      `${x} and ${y} values it is ${Number(smallest.toPrecision(3))}; take more values`,
  );
}
