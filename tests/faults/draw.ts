import { createHash } from "node:crypto";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Random numbers of one attempt. */
export interface Draw {
  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number;
  /** A number from 0 to 1. */
  share(): number;
  /** One of several. */
  one<T>(of: readonly T[]): T;
}

/** Random numbers that follow from a seed, a kind's name and an attempt's number alone. */
export function drawOf(seed: number, kind: string, index: number): Draw {
  const hash = createHash("sha256").update(`${seed} ${kind} ${index}`).digest();
  const generator = xoroshiro128plus(hash.readInt32LE(0));
  const whole = (least: number, most: number) => uniformInt(generator, least, most);
  return {
    whole,
    share: () => uniformFloat64(generator),
    one: (of) => of[whole(0, of.length - 1)]!,
  };
}
