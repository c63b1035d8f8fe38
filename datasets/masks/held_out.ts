/**
 * Which images are held out for validation, where a set does not say so itself.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { DataError } from "../errors.ts";

/** Numbers that a hash's first four bytes can be. */
const numbers = 2 ** 32;

/**
 * Whether an image is held out: the first 32 bits of the SHA-256 of its name, as a share of all such
 * numbers, are less than `share`. It depends on the name alone, so that an image never changes sides
 * when others are added or taken away, and with a larger share the same ones are held out, and more.
 *
 * @example
 * ```ts
 * import { isHeldOut } from "./held_out.ts";
 * import { equal } from "node:assert/strict";
 *
 * equal(isHeldOut("street_0012", 0.2), isHeldOut("street_0012", 0.2));
 * equal(isHeldOut("street_0012", 1), true);
 * ```
 *
 * @param name the image's name, without its ending
 * @param share of the images, in the mean
 * @returns whether it is for validation
 */
export function isHeldOut(name: string, share: number): boolean {
  return createHash("sha256").update(name).digest().readUInt32BE(0) < share * numbers;
}

/** Both parts of a set. */
export interface Parts<T> {
  training: T[];
  validation: T[];
}

/**
 * Divides images by their names.
 *
 * @param root the data set's folder, for messages
 * @param images all of them
 * @param share of those held out
 * @returns both parts, in order
 * @throws {RangeError} if the share is not between 0 and 1
 * @throws {DataError} if nothing is left in one of them
 */
export function divided<T extends { name: string }>(
  root: string,
  images: readonly T[],
  share: number,
): Parts<T> {
  if (!(share > 0 && share < 1)) {
    throw new RangeError(
      `Cannot divide the images of ${root} as validationShare must be a number > 0 and < 1: current value is ${share}`,
    );
  }
  const validation = images.filter(({ name }) => isHeldOut(name, share));
  const training = images.filter(({ name }) => !isHeldOut(name, share));
  if (validation.length > 0 && training.length > 0) return { training, validation };
  throw new DataError(
    `Cannot hold out a share of ${share} of the ${images.length} images of ${root} as none would be left ` +
      `for ${
        training.length === 0 ? "training" : "validation"
      }: add images, or choose another share`,
  );
}
