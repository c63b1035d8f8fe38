/**
 * Pairs images with their masks, which have the same names but for the endings.
 *
 * @module
 */
import { join } from "node:path";
import { filesByStem, type OnProblem, throwProblem } from "../archives/files.ts";
import { DataError } from "../errors.ts";
import { isMask, isPicture } from "../images/picture_names.ts";
import type { ImageMaskPair } from "./file_split.ts";

/**
 * Pairs the images of one folder with the masks of another.
 *
 * @param root the data set's folder
 * @param places both folders, below it
 * @param onProblem takes what is wrong with a file, which is left out; throws it by default
 * @returns the pairs, sorted by name
 * @throws {DataError} if an image has no mask, or a mask no image, or one is in an unsupported format
 */
export async function pairsIn(
  root: string,
  places: { images: string; masks: string },
  onProblem: OnProblem = throwProblem,
): Promise<ImageMaskPair[]> {
  const images = await filesByStem(join(root, places.images), isPicture, onProblem);
  const masks = await filesByStem(join(root, places.masks), isMask, onProblem);
  const expected = { mask: `${places.masks}/NAME.png`, image: `${places.images}/NAME.jpg` };
  checkPartners(images, masks, { what: "image", partner: expected.mask, root }, onProblem);
  checkPartners(masks, images, { what: "mask", partner: expected.image, root }, onProblem);
  return [...images.keys()].filter((name) => masks.has(name)).sort()
    .map((name) => ({
      name,
      image: `${places.images}/${images.get(name)}`,
      mask: `${places.masks}/${masks.get(name)}`,
    }));
}

function checkPartners(
  files: Map<string, string>,
  partners: Map<string, string>,
  where: { what: string; partner: string; root: string },
  onProblem: OnProblem,
): void {
  const lonely = [...files.keys()].filter((name) => !partners.has(name)).sort();
  for (const [i, name] of lonely.entries()) {
    // Where the first ends it all, it tells of the others.
    const others = onProblem === throwProblem ? lonely.slice(i + 1) : [];
    const near = i === 0 ? nearPartner(name, partners) : undefined;
    onProblem(
      new DataError(
        `Cannot read ${where.root} as ${where.what} ${files.get(name)} has no partner${
          moreLike(others.map((other) => files.get(other)!))
        }, and ${where.partner.replace("NAME", name)} is expected${
          near === undefined ? "" : `, where ${near} is`
        }: add that file, or remove this one${
          near === undefined ? "" : ", or give each mask its image's name"
        }`,
      ),
    );
  }
}

/** A partner whose name is the same but for what a tool has added, such as NAME_mask for NAME. */
function nearPartner(name: string, partners: Map<string, string>): string | undefined {
  const near = [...partners.keys()].find((other) => {
    const [short, long] = other.length < name.length ? [other, name] : [name, other];
    return long.startsWith(short) && /^[_.-]\D*$/.test(long.slice(short.length));
  });
  return near && partners.get(near);
}

/** More names than these say no more. */
const mostNames = 4;

function moreLike(names: readonly string[]): string {
  if (names.length === 0) return "";
  const shown = names.slice(0, mostNames).join(", ");
  return ` (and ${names.length} more like it: ${shown}${names.length > mostNames ? ", …" : ""})`;
}
