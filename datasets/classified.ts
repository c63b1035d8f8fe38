/**
 * Sets of classified pictures: ImageNet in each of its forms, CIFAR-10, and sets in their layouts.
 *
 * @module
 */
import { basename, join } from "node:path";
import { type ClassifiedSplit, type ImageEntry, placeOf, wholeFile } from "./archives/entry.ts";
import { folderName, lookAt, type OnProblem, readRange, readWhole } from "./archives/files.ts";
import type { PictureIndex, SetParts } from "./archives/picture_index.ts";
import { decodeCifar10, openCifar10 } from "./cifar10/binary.ts";
import { NoDataSetError } from "./errors.ts";
import { type DatasetIdentity, hashFiles, type ListedFile } from "./identity.ts";
import { decodeImage } from "./images/image.ts";
import type { RgbImage } from "../src/pictures/picture.ts";
import { openParts, openTarOfParts } from "./imagenet/parts.ts";
import { pilotPictures } from "./pilot.ts";

export { type ClassifiedSplit, type ImageEntry, placeOf } from "./archives/entry.ts";

/** A set of pictures of which each belongs to one class. */
export interface ClassifiedDataset {
  /** The name of the folder, or of the archive without its ending. */
  readonly name: string;
  /** The folder, or the archive, that holds the parts. */
  readonly root: string;
  /** Number of classes: labels run from 0 to `classes − 1`. */
  readonly classes: number;
  /**
   * Class names, sorted: those of the training pictures, or without any those of the validation
   * pictures.
   */
  readonly classNames: readonly string[];
  /** Training pictures; none in a set for evaluation only. */
  readonly training: ClassifiedSplit;
  /** Validation pictures; none where the set lacks them. */
  readonly validation: ClassifiedSplit;
  /**
   * The share of the training pictures that a pilot is evaluated on: then `training` is the rest of
   * them, `validation` is they, and the set's own validation pictures are in neither.
   */
  readonly pilotShare?: number;
  /**
   * Counts and a hash of the list of pictures, for reports. The list has `train/CLASS/FILE` and
   * `val/CLASS/FILE`, however the parts are named and packed, so that the same pictures give the
   * same hash in every layout.
   *
   * @throws {DataError} if the size of a file cannot be read
   */
  identity(): Promise<DatasetIdentity>;
}

/** The folders below the extracted one in which official archives keep the pictures. */
const innerFolders = ["", "ILSVRC/Data/CLS-LOC", "cifar-10-batches-bin"];

/** The layouts that can be read, for messages. */
const layouts =
  `  ROOT/train/CLASS/FILE.JPEG and ROOT/val/CLASS/FILE.JPEG   val may be called validation or test
  ROOT/train.tar and ROOT/val.tar                           of CLASS/FILE.JPEG
  ROOT/ILSVRC2012_img_train.tar and ROOT/ILSVRC2012_img_val.tar, with a list of the validation classes
  ROOT/data_batch_1.bin … ROOT/test_batch.bin               CIFAR-10's binary version
  SET.tar                                                   of train/CLASS/FILE.JPEG and val/CLASS/FILE.JPEG`;

/** Options of {@linkcode openClassified}. */
export interface OpenClassifiedOptions {
  /**
   * Takes what is wrong with single files, which are left out, and with classes: an empty folder, or a
   * class of the validation pictures alone, which is one then. By default the first is thrown.
   */
  onProblem?: OnProblem;
  /**
   * For a pilot, the share of the training pictures that is evaluated on in place of the validation
   * pictures, > 0 and < 1: the last of each class, see {@linkcode pilotPictures}.
   */
  pilotShare?: number;
}

/**
 * Opens a set of classified pictures: lists it, without decoding or unpacking anything. Either part
 * may be missing.
 *
 * @param path a folder or an archive in one of the layouts that `datasets/README.md` describes
 * @param options what is done about files and classes that cannot be used, and what a pilot is
 *   evaluated on
 * @returns the set
 * @throws {DataError} if nothing of the kind is there, something is damaged or compressed, or
 *   labels are ambiguous; the message names the file or folder and what to do
 * @throws {RangeError} if a pilot's share is not between 0 and 1
 */
export async function openClassified(
  path: string,
  { onProblem, pilotShare }: OpenClassifiedOptions = {},
): Promise<ClassifiedDataset> {
  const isPilot = pilotShare !== undefined;
  const info = await lookAt(path);
  if (info?.isFile) {
    const parts = await openTarOfParts(path, onProblem, isPilot);
    return dataset(basename(path, ".tar"), path, parts, pilotShare);
  }
  for (const inner of info === undefined ? [] : innerFolders) {
    const root = join(path, inner);
    if (!(await lookAt(root))?.isDirectory) continue;
    const parts = await openCifar10(root, isPilot) ??
      await openParts(root, [path], onProblem, isPilot);
    if (parts !== undefined) return dataset(await folderName(path), root, parts, pilotShare);
  }
  const seen = info === undefined
    ? "there is no such file or folder"
    : `there is ${isPilot ? "no train" : "neither a train nor a val"} in it`;
  throw new NoDataSetError(
    `Cannot read pictures from ${path} as ${seen}: pass ROOT or SET.tar of one of these\n${layouts}`,
  );
}

function dataset(
  name: string,
  root: string,
  parts: SetParts,
  pilotShare?: number,
): ClassifiedDataset {
  const isPilot = pilotShare !== undefined;
  const { classNames } = parts;
  const { training, validation } = isPilot
    ? pilotPictures(root, parts.training, pilotShare)
    : parts;
  const classes = classNames.length;
  const identify = async () => ({
    name,
    classes,
    training: training.length,
    validation: validation.length,
    listSha256: await hashFiles(filesOf(training, validation)),
  });
  // Every size in a folder is asked for: once is enough.
  let found: Promise<DatasetIdentity> | undefined;
  const identity = () => found ??= identify();
  const pilot = { ...(isPilot && { pilotShare }) };
  return { name, root, classes, classNames, training, validation, ...pilot, identity };
}

async function* filesOf(...parts: PictureIndex[]): AsyncGenerator<ListedFile> {
  for (const part of parts) yield* part.files();
}

/**
 * Reads the bytes of one picture, as they are in its file. Concurrent calls, from any threads, do
 * not disturb each other.
 *
 * @param entry where the picture is
 * @returns its bytes
 * @throws {DataError} if the file is missing, or ends before the picture does
 */
export async function readEntry(entry: ImageEntry): Promise<Uint8Array> {
  const { file, offset, length } = entry;
  return await (length === wholeFile ? readWhole(file) : readRange(file, offset, length));
}

/**
 * Decodes what {@linkcode readEntry} read.
 *
 * @param entry where the picture is
 * @param bytes its bytes
 * @returns the picture in RGB
 * @throws {DataError} naming the picture, if the bytes are no picture
 */
export async function decodeEntry(entry: ImageEntry, bytes: Uint8Array): Promise<RgbImage> {
  const place = placeOf(entry);
  return entry.encoding === "cifar10"
    ? decodeCifar10(bytes, place)
    : await decodeImage(bytes, place);
}
