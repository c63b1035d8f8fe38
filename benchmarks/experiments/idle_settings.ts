/**
 * Settings that only another one's value gives a meaning: alone they would change nothing, and nothing
 * would tell.
 *
 * @module
 */
import { UsageError } from "../ground/errors.ts";
import { isOff } from "./profiles/common.ts";
import type { VisionProfile } from "./profiles/vision.ts";

/** What a setting needs to be read. */
interface Reader {
  /** The setting that decides. */
  by: keyof VisionProfile;
  /** Values of it that read the other one. */
  wanted: string;
  reads(profile: VisionProfile): boolean;
}

const adam: Reader = {
  by: "optimizer",
  wanted: "adamw or decoupled-adamw",
  reads: ({ optimizer }) => optimizer.endsWith("adamw"),
};

const readers: { readonly [K in keyof VisionProfile]?: Reader } = {
  beta2: adam,
  epsilon: adam,
  minDelta: {
    by: "patience",
    wanted: "a duration above 0, such as 4ep",
    reads: ({ patience }) => !isOff(patience),
  },
  blocks: { by: "depth", wanted: "0", reads: ({ depth }) => depth === 0 },
};

/**
 * Fails where a value is replaced that none of the profiles reads which have it.
 *
 * @param keys what is replaced
 * @param profiles those of the arms that have the replaced values
 * @throws {UsageError} naming the first, and the setting that makes it count
 */
export function checkRead(keys: readonly string[], profiles: readonly object[]): void {
  for (const key of keys) {
    const reader = readers[key as keyof VisionProfile];
    const all = profiles as readonly VisionProfile[];
    if (reader === undefined || all.some((profile) => reader.reads(profile))) continue;
    const { by, wanted } = reader;
    const found = [...new Set(all.map((profile) => profile[by]))].join(", ");
    throw new UsageError(
      `Cannot set ${key} as nothing reads it where ${by} is ${found}: leave it out, or set ${by} to ` +
        wanted,
    );
  }
}
