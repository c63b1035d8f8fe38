/**
 * Generated pictures of one thing each: JPEGs in ImageNet's folder layout, so that the real reader
 * reads them.
 *
 * They exist to exercise the suites without any download. A network trained on them learns shapes
 * and textures, but nothing that supports or refutes a claim.
 *
 * @module
 */
import { join } from "node:path";
import { encodeJpeg } from "../images/jpeg.ts";
import { generatorFor } from "../random.ts";
import { checkOptions, type GeneratedOptions, generateSet } from "./folder.ts";
import { paintPicture, pictureClasses } from "./paint_picture.ts";

/**
 * Options of {@linkcode generatePictures}: by default 64×64 pixels and the first 8 of
 * `pictureClasses`.
 */
export type PictureOptions = GeneratedOptions;

/** Raised whenever the same options give other files. */
const version = 1;
const quality = 90;
const [fewestClasses, usualClasses] = [2, 8];
/** The parts of the set; the generators of a part's pictures depend on its index. */
const parts = ["train", "val"] as const;

/**
 * Writes pictures into a folder, as `train/CLASS/…JPEG` and `val/CLASS/…JPEG` with the classes in
 * turn. The same options give the same bytes. A complete set made with the same options is left as
 * it is; one made with others, or with missing files, is made anew. The files appear all at once:
 * they are written beside `dir` and moved.
 *
 * @param dir the folder
 * @param options how many pictures, and which
 * @returns `dir`, to open
 * @throws {RangeError} if an option is out of range
 * @throws {DataError} if `dir` holds other files, or cannot be written
 */
export async function generatePictures(dir: string, options: PictureOptions): Promise<string> {
  const limits = [fewestClasses, usualClasses, pictureClasses.length] as const;
  const settings = checkOptions("generatePictures", options, limits);
  const { training, classes } = settings;
  if (training > 0 && training < classes) {
    throw new RangeError(
      `Cannot generatePictures as training must be 0 or >= ${classes}, a picture for each class: current value ` +
        `is ${training}`,
    );
  }
  const names = pictureClasses.slice(0, classes);
  const folders = new Map<string, number>();
  for (const part of parts) {
    names.forEach((name, i) => {
      // A class without pictures has no folder, as the reader expects pictures in each.
      const pictures = Math.ceil((countOf(part, settings) - i) / names.length);
      if (pictures > 0) folders.set(`${part}/${name}`, pictures);
    });
  }
  return await generateSet(dir, {
    kind: "pictures",
    version,
    settings,
    files: [],
    folders,
    write: async (draft) => {
      for (const part of parts) await writePart(draft, part, settings);
    },
  });
}

function countOf(part: typeof parts[number], settings: Required<PictureOptions>): number {
  return part === "train" ? settings.training : settings.validation;
}

async function writePart(
  dir: string,
  part: typeof parts[number],
  settings: Required<PictureOptions>,
): Promise<void> {
  const { size, classes, seed } = settings;
  for (let i = 0; i < countOf(part, settings); i++) {
    const label = i % classes;
    const rgb = paintPicture(size, label, generatorFor(seed, parts.indexOf(part), i));
    const name = `${pictureClasses[label]}_${String(i).padStart(6, "0")}.JPEG`;
    const jpeg = await encodeJpeg(rgb, size, size, quality);
    await Deno.writeFile(join(dir, part, pictureClasses[label] ?? "", name), jpeg);
  }
}
