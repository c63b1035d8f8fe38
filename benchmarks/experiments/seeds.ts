import { UsageError } from "../ground/errors.ts";
import { type Kind, toNumber } from "../ground/kinds.ts";
import { seedOfZero } from "./model_seed.ts";

/**
 * Seeds that every suite takes: whole numbers from 0 to 2³¹ − 2, each once. The next one stands for 0
 * where a model of one's own is made.
 */
export const seedList: Kind<number[]> = {
  metavar: "0,1,2",
  parse: (text) => text.split(",").map(toNumber),
  check(value, name, seen = JSON.stringify(value)) {
    const wants = (wanted: string) => new UsageError(`${name} wants ${wanted}: it is ${seen}`);
    if (!Array.isArray(value) || value.length === 0 || !value.every(isSeed)) {
      throw wants(`whole numbers from 0 to ${seedOfZero - 1}, like 0,1,2`);
    }
    if (new Set(value).size < value.length) throw wants("each seed once");
    return value;
  },
};

function isSeed(seed: unknown): seed is number {
  return Number.isInteger(seed) && Number(seed) >= 0 && Number(seed) < seedOfZero;
}
