/** Small data sets in PASCAL VOC's layout, for tests. */
import { encodeJpeg } from "../../../datasets/images/jpeg.ts";
import { vocPalette } from "../../../datasets/masks/palette.ts";
import { encodeGrayPng } from "../../../datasets/images/png.ts";
import { put } from "../files.ts";

/** Pixels across and down of an image that {@linkcode putVocPair} makes. */
export const side = 32;

/** Where lists are. */
export const listFolder = "ImageSets/Segmentation";

/** A mask in VOC's palette. */
export function vocMaskPng(values: ArrayLike<number>, width = side): Uint8Array {
  return encodeGrayPng(Uint8Array.from(values), width, values.length / width, vocPalette);
}

/**
 * Writes an image and its mask: of the background, of two classes by the image's number, and of a
 * border.
 */
export async function putVocPair(
  root: string,
  name: string,
  number: number,
  folder = "SegmentationClass",
): Promise<void> {
  const pixels = Uint8Array.from(
    { length: side * side * 3 },
    (_, p) => (p * 7 + number * 31) % 256,
  );
  await put(root, `JPEGImages/${name}.jpg`, await encodeJpeg(pixels, side, side, 90));
  const values = Uint8Array.from({ length: side * side }, (_, p) => {
    const row = Math.floor(p / side);
    return row % 8 === 7 ? 255 : row < 10 ? 0 : 1 + (number + Math.floor(p % side / 16)) % 20;
  });
  const mask = folder === "SegmentationClassAug"
    ? encodeGrayPng(values, side, side)
    : vocMaskPng(values);
  await put(root, `${folder}/${name}.png`, mask);
}

/** Writes a list of names. */
export async function putList(root: string, list: string, names: string[]): Promise<void> {
  await put(root, `${listFolder}/${list}.txt`, names.map((name) => `${name}\n`).join(""));
}

/** As many names as there are images, in one year. */
export function vocNames(first: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `2007_${`${first + i}`.padStart(6, "0")}`);
}

/**
 * Writes a whole set: 8 images for training, 8 for validation, and 4 that the augmented set adds,
 * with the lists of VOC and of mmsegmentation. Each part has the same classes.
 */
export async function writeVoc(root: string): Promise<void> {
  const [train, val, aug] = [vocNames(0, 8), vocNames(100, 8), vocNames(200, 4)];
  for (const names of [train, val]) {
    for (const [i, name] of names.entries()) await putVocPair(root, name, i);
  }
  for (const [i, name] of aug.entries()) await putVocPair(root, name, i, "SegmentationClassAug");
  await putList(root, "train", train);
  await putList(root, "val", val);
  await putList(root, "trainval", [...train, ...val]);
  await putList(root, "aug", aug);
  await putList(root, "trainaug", [...aug, ...train]); // in no order, as mmsegmentation writes it
}
