import { UsageError } from "../ground/errors.ts";
import { seedOfZero } from "./model_seed.ts";

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
