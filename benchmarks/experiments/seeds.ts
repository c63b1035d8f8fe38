import { UsageError } from "../ground/errors.ts";
import { toNumber, type ValueKind } from "../ground/value_kinds.ts";

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
 * Seeds that every suite takes: whole numbers from 0 to 2³¹ − 2, each once. The next one stands for 0
 * where a model of one's own is made.
 */
export const seedList: ValueKind<number[]> = seedKind("like 0,1,2");

/** The same, or `none` for no training. */
export const seedsOrNone: ValueKind<number[]> = seedKind("like 0,1,2, or none", "none");

function seedKind(example: string, none?: string): ValueKind<number[]> {
  return {
    metavar: "0,1,2",
    parse: (text) => text === none ? [] : text.split(",").map(toNumber),
    check(value, name, seen = JSON.stringify(value)) {
      const wants = (wanted: string) => new UsageError(`${name} wants ${wanted}: it is ${seen}`);
      const isList = Array.isArray(value) && (none !== undefined || value.length > 0);
      if (!isList || !value.every(isSeed)) {
        throw wants(`whole numbers from 0 to ${seedOfZero - 1}, ${example}`);
      }
      if (new Set(value).size < value.length) throw wants("each seed once");
      return value;
    },
  };
}

function isSeed(seed: unknown): seed is number {
  return Number.isInteger(seed) && Number(seed) >= 0 && Number(seed) < seedOfZero;
}
