import { UsageError } from "../ground/errors.ts";

/** What stands for seed 0; the suites take smaller seeds alone, so that it stands for no other. */
export const seedOfZero: number = 2 ** 31 - 1;

/**
 * The seed that one's own model is made with: the cell's, but never 0, which more than one library
 * takes for "no seed". No two seeds become one, and all but 0 stay what they are.
 *
 * @param seed the cell's, a whole number from 0 to 2³¹ − 2
 * @returns the seed, 2³¹ − 1 for 0
 */
export function modelSeed(seed: number): number {
  return seed === 0 ? seedOfZero : seed;
}

/**
 * Fails where seeds are not what every suite takes: whole numbers from 0 to 2³¹ − 2, each once. The
 * next one stands for 0 where a model of one's own is made.
 *
 * @param seeds the seeds
 * @param seen as its user wrote them, for the error
 * @param name what they were given as
 * @throws {UsageError} if one is no such number, or stands twice
 */
export function checkSeeds(seeds: readonly unknown[], seen: string, name: string): void {
  const isSeed = (seed: unknown) =>
    Number.isInteger(seed) && Number(seed) >= 0 && Number(seed) < seedOfZero;
  if (!seeds.every(isSeed)) {
    throw new UsageError(
      `${name} wants whole numbers from 0 to ${seedOfZero - 1}, like 0,1,2: it is "${seen}"`,
    );
  }
  if (new Set(seeds).size < seeds.length) {
    throw new UsageError(`${name} wants each seed once: it is "${seen}"`);
  }
}
