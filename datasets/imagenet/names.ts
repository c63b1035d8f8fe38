/** Which files of a folder or an archive are pictures, by their names. */
import { DataError } from "../errors.ts";

/** What the parts of a set may be called; where several names for validation are there, the first one counts. */
export const partNames = { train: ["train"], val: ["val", "validation", "test"] } as const;

/** File names of ImageNet's own archives. */
export const officialTars = {
  train: "ILSVRC2012_img_train.tar",
  val: "ILSVRC2012_img_val.tar",
} as const;

const picture = /\.(jpe?g|png)$/i;
const otherPicture = /\.(bmp|gif|tiff?|webp|pp?m|pgm|pbm|jp2|avif|heic)$/i;

/**
 * Whether a file is a picture to use. Other kinds of files, such as lists and thumbnails' databases, are passed over.
 *
 * Throws `DataError` where it is a picture in a format that is not read, as leaving it out would change the set.
 */
export function isPicture(name: string, place: string): boolean {
  if (name.startsWith(".")) return false;
  if (!otherPicture.test(name)) return picture.test(name);
  throw new DataError(
    `Cannot use ${place} as pictures must be JPEG or PNG files: convert it, or remove it`,
  );
}
