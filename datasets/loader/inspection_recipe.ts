/**
 * Looks at one image and its mask, and tells all that is wrong with them: nothing ends it.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { placeOf, readEntry } from "../classified.ts";
import { type ImageEntry, wholeFile } from "../archives/entry.ts";
import { readWhole } from "../archives/files.ts";
import { DataError, reasonOf } from "../errors.ts";
import { decodeImage, imageSize } from "../images/image.ts";

import { exifOrientation } from "../images/orientation.ts";
import { decodeMaskPng, readMaskHeader } from "../images/png.ts";
import type { RgbImage, Size } from "../../src/pictures/picture.ts";
import { InspectionRow } from "../inspection_row.ts";
import { codingOf } from "../masks/coding.ts";
import { checkFit } from "../masks/pair.ts";
import type { MaskCoding, SegmentationEntry } from "../sample.ts";
import { type JpegDecoder, loadDecoder, plainSize } from "./decoder.ts";
import type { Problem, ProblemOf, Recipe } from "./job.ts";

/** Settings of an inspection. */
export interface InspectionSetup {
  kind: "inspection";
  /** Whether images are decoded, and not their headers read alone. */
  decode: boolean;
  /** URL of a second decoder's module, see decoder.ts. */
  decoder: string | undefined;
}

/** CIFAR-10's pictures have no header. */
const cifar10Size: Size = { width: 32, height: 32 };

/**
 * Makes the recipe.
 *
 * @param setup its settings
 * @returns the recipe, which inspects and loads nothing
 * @throws {Error} if the second decoder does not start
 */
export async function inspectionRecipe(
  { decode, decoder }: InspectionSetup,
): Promise<Recipe> {
  const second = decode && decoder !== undefined ? await loadDecoder(decoder) : undefined;
  return {
    imageLength: 0,
    labelLength: 0,
    write: () => Promise.reject(new Error("Cannot load images by an inspection")),
    async inspect({ entry }, numbers) {
      const row = new InspectionRow(numbers);
      const problems: Problem[] = [];
      const image = "mask" in entry! ? fileEntry(entry) : entry!;
      const size = await tried("image", problems, () => inspectImage(image, row));
      if (decode && size !== undefined) {
        problems.push(...await decodeTwice(size.bytes, image, second));
      }
      if ("mask" in entry!) await inspectMask(entry, size, row, problems);
      return problems;
    },
  };
}

function fileEntry({ name, image: file }: SegmentationEntry): ImageEntry {
  return { name, label: 0, file, offset: 0, length: wholeFile, encoding: "image" };
}

/** Runs a look at something; what is wrong is noted, and it has no result then. */
async function tried<T>(
  of: ProblemOf,
  problems: Problem[],
  look: () => T | Promise<T>,
): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    problems.push({ of, reason: error.message });
    return undefined;
  }
}

/** An image whose header can be read. */
interface ReadImage extends Size {
  bytes: Uint8Array;
  orientation: number;
}

async function inspectImage(entry: ImageEntry, row: InspectionRow): Promise<ReadImage> {
  const bytes = await readEntry(entry);
  row.setHash(createHash("sha256").update(bytes).digest());
  const isPlain = entry.encoding === "cifar10";
  const { width, height } = isPlain ? cifar10Size : imageSize(bytes, placeOf(entry));
  const orientation = isPlain ? 1 : exifOrientation(bytes);
  row.setImage({ width, height }, orientation);
  return { bytes, width, height, orientation };
}

/** Decodes an image by the codecs in wasm, and where it is a plain JPEG by the second decoder. */
async function decodeTwice(
  bytes: Uint8Array,
  entry: ImageEntry,
  second: JpegDecoder | undefined,
): Promise<Problem[]> {
  if (entry.encoding === "cifar10") return [];
  const place = placeOf(entry);
  const own = await outcome(() => decodeImage(bytes, place));
  const size = second && plainSize(bytes, place);
  if (size === undefined) return own.error === undefined ? [] : [image(own.error)];
  const other = await outcome(async () => await second!(bytes, { x: 0, y: 0, ...size }, size));
  if (own.error !== undefined) {
    const more = other.error === undefined
      ? "; TensorFlow's decoder accepts it"
      : "; TensorFlow's decoder refuses it, too";
    return [other.error === undefined ? decoders(own.error + more) : image(own.error + more)];
  }
  if (other.error !== undefined) {
    return [decoders(
      `Cannot decode ${place} by TensorFlow's decoder (${other.error}), and the wasm codec accepts it: make ` +
        "the file anew",
    )];
  }
  const difference = largestDifference(own.image!, other.image!);
  if (difference === 0) return [];
  return [decoders(
    `Cannot tell the pixels of ${place} as the wasm codec and TensorFlow's decoder differ by up to ${difference}, as they ` +
      "do on damaged files alone: copy it from its source again",
  )];
}

const image = (reason: string): Problem => ({ of: "image", reason });
const decoders = (reason: string): Problem => ({ of: "decoders", reason });

async function outcome(
  decode: () => Promise<RgbImage>,
): Promise<{ image?: RgbImage; error?: string }> {
  try {
    return { image: await decode() };
  } catch (error) {
    return { error: reasonOf(error) };
  }
}

function largestDifference(own: RgbImage, other: RgbImage): number {
  let largest = 0;
  for (let i = 0; i < own.data.length; i++) {
    const difference = Math.abs(own.data[i]! - (other.data[i] ?? 256));
    if (difference > largest) largest = difference;
  }
  return largest;
}

async function inspectMask(
  { image, mask: file, coding, classes }: SegmentationEntry,
  size: ReadImage | undefined,
  row: InspectionRow,
  problems: Problem[],
): Promise<void> {
  const bytes = await tried("mask", problems, () => readWhole(file));
  if (bytes === undefined) return;
  const mask = await tried(
    "mask",
    problems,
    () => codingOf(coding).decode(bytes, file, classes),
  );
  if (mask === undefined) return lookAtValues(bytes, file, row);
  if (typeof coding === "string" && coding !== "voc") {
    row.setMask("numbers", valuesOf(mask.labels, coding));
  }
  if (size !== undefined) {
    const files = { image, mask: file };
    await tried("mask", problems, () => checkFit(files, size, mask, size.orientation));
  }
  // Only what can be trained on counts.
  if (problems.length === 0) row.count(mask.labels);
}

/** The values of a mask whose labels are known. */
function valuesOf(labels: Int16Array, coding: MaskCoding): number[] {
  const { first, ignored } = codingOf(coding);
  return [...new Set(labels)].map((label) => label === -1 ? Number(ignored) : label + first);
}

/** Which values a mask holds that cannot be used: its set may follow another convention. */
function lookAtValues(bytes: Uint8Array, file: string, row: InspectionRow): void {
  try {
    const { colorType } = readMaskHeader(bytes, file);
    if (colorType === 2 || colorType === 6) return row.setMask("colours");
    row.setMask("numbers", new Set(decodeMaskPng(bytes, file).data));
  } catch (error) {
    if (!(error instanceof DataError)) throw error; // that it cannot be read is told already
  }
}
