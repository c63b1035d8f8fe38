/**
 * Which training images a pilot is evaluated on: those that settings are chosen by, so that the
 * validation images, which are reported on, have no part in the choice.
 *
 * It is the last share of the images by their names, and of classified pictures of each class, not a
 * share of their hashes: neighbours by name are often neighbouring frames of a video, as CamVid's are,
 * and nearly alike. Held out one by one, each would have its twins among the images that are trained
 * on, and the settings that memorize best would win. What `validationShare` holds out goes by hashes,
 * as it serves another purpose: there an image must never change sides when others are added.
 *
 * @module
 */
import type { PictureIndex } from "./archives/picture_index.ts";
import { DataError } from "./errors.ts";

/**
 * Divides the training images of a set: the last `round(share · images)` by name are evaluated on.
 *
 * @example
 * ```ts
 * import { pilotImages } from "./pilot.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * const images = ["b", "d", "a", "c"].map((name) => ({ name }));
 * const { training, validation } = pilotImages("DIR", images, 0.25);
 * deepEqual(training.map(({ name }) => name), ["a", "b", "c"]);
 * deepEqual(validation, [{ name: "d" }]);
 * ```
 *
 * @param root the data set's folder, for messages
 * @param images the training images, in any order
 * @param share of them that is evaluated on, > 0 and < 1
 * @returns both parts, each in the order of names (code units)
 * @throws {RangeError} if the share is not between 0 and 1
 * @throws {DataError} if no image is left for one of them
 */
export function pilotImages<T extends { name: string }>(
  root: string,
  images: readonly T[],
  share: number,
): { training: T[]; validation: T[] } {
  const held = heldOut(images.length, share, { root, noun: "training image" });
  const sorted = [...images].sort((a, b) => a.name < b.name ? -1 : Number(a.name > b.name));
  const training = sorted.slice(0, sorted.length - held);
  return { training, validation: sorted.slice(training.length) };
}

/**
 * Divides the training pictures of a set: of each class the last `round(share · pictures)` by name are
 * evaluated on.
 *
 * @param root the data set's folder or archive, for messages
 * @param pictures the training pictures
 * @param share of each class that is evaluated on, > 0 and < 1
 * @returns both parts, whose pictures are called `train/…` and `val/…`, as those of other sets are
 * @throws {RangeError} if the share is not between 0 and 1
 * @throws {DataError} if no picture is left for one of them, of a class that has any
 */
export function pilotPictures(
  root: string,
  pictures: PictureIndex,
  share: number,
): { training: PictureIndex; validation: PictureIndex } {
  if (pictures.length === 0) heldOut(0, share, { root, noun: "training picture" });
  const lastOf = (className: string, count: number) =>
    heldOut(count, share, { root, noun: "training picture", of: ` of the class ${className}` });
  return pictures.withoutLast(lastOf);
}

/** How many of so many images are evaluated on. */
function heldOut(
  count: number,
  share: number,
  { root, noun, of = "" }: { root: string; noun: string; of?: string },
): number {
  if (!(share > 0 && share < 1)) {
    throw new RangeError(
      `Cannot divide the images of ${root} as pilotShare must be a number > 0 and < 1: current value is ${share}`,
    );
  }
  const held = Math.round(share * count);
  if (held > 0 && held < count) return held;
  const [images, leave] = count === 1 ? [noun, "leaves"] : [`${noun}s`, "leave"];
  const purpose = held > 0 ? "train" : "evaluate";
  const advice = count > 1
    ? "choose another share by pilotShare (--pilot-share), or add images"
    : "add images";
  throw new DataError(
    `Cannot take a pilot's share of ${share} of ${root} as ${count} ${images}${of} ${leave} none to ` +
      `${purpose} on: ${advice}`,
  );
}
