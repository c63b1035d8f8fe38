/**
 * CIFAR-10 in its binary form: five files of training pictures and one of test pictures, each
 * picture a byte for its label and 3,072 bytes of 32×32 pixels: first all red values, then all
 * green, then all blue.
 *
 * Krizhevsky, _Learning Multiple Layers of Features from Tiny Images_, 2009.
 *
 * @module
 */
import { basename, join } from "node:path";
import { listFolder, readText, readWhole } from "../archives/files.ts";
import { PictureIndex, type SetParts } from "../archives/picture_index.ts";
import { PictureList } from "../archives/picture_list.ts";
import { DataError } from "../errors.ts";
import type { RgbImage } from "../../src/pictures/picture.ts";

const side = 32;
const pixels = side * side;
/** Bytes of a picture. */
const pictureBytes = 3 * pixels;
/** Bytes of a picture and its label. */
const recordBytes = 1 + pictureBytes;

const trainingFiles = [1, 2, 3, 4, 5].map((number) => `data_batch_${number}.bin`);
const validationFile = "test_batch.bin";
const namesFile = "batches.meta.txt";

/**
 * Opens CIFAR-10's binary form.
 *
 * @param root the folder with its files
 * @param trainingOnly whether the test pictures are left alone
 * @returns both parts; undefined if none of the files are there
 * @throws {DataError} if some of the files are missing, or one is cut off or has a label without a
 *   name
 */
export async function openCifar10(
  root: string,
  trainingOnly = false,
): Promise<SetParts | undefined> {
  const present = new Set((await listFolder(root)).map(({ name }) => name));
  const hasTraining = trainingFiles.some((name) => present.has(name));
  const hasValidation = present.has(validationFile);
  if (!hasTraining && !hasValidation) return refusePython(root, present);
  const wanted = [...hasTraining ? trainingFiles : [], namesFile];
  const missing = wanted.find((name) => !present.has(name));
  if (missing !== undefined) {
    throw new DataError(
      `Cannot use ${root} as it lacks ${missing}: unpack CIFAR-10's archive of the binary version again`,
    );
  }
  const names = await readNames(join(root, namesFile));
  const training = await listBatches(root, hasTraining ? trainingFiles : [], names);
  const validation = await listBatches(
    root,
    hasValidation && !trainingOnly ? [validationFile] : [],
    names,
  );
  // The official names are already sorted: labels are those in the files.
  const classNames = [...names].sort();
  const encoding = "cifar10";
  const fileOf = (_class: string, name: string) => join(root, name.replace(/_\d{5,}$/, ".bin"));
  return {
    classNames,
    training: new PictureIndex(training, { part: "train", classNames, encoding, fileOf }),
    validation: new PictureIndex(validation, { part: "val", classNames, encoding, fileOf }),
  };
}

function refusePython(root: string, present: Set<string>): undefined {
  if (!present.has("data_batch_1") && !present.has("test_batch")) return undefined;
  throw new DataError(
    `Cannot use ${root} as it holds CIFAR-10's version for Python: unpack the archive of the binary version, ` +
      `cifar-10-binary.tar.gz, and pass its folder`,
  );
}

async function readNames(file: string): Promise<string[]> {
  const names = (await readText(file)).split(/\r?\n/).map((line) => line.trim()).filter((line) =>
    line !== ""
  );
  if (names.length > 0 && new Set(names).size === names.length) return names;
  throw new DataError(
    `Cannot use ${file} as it must name each class once: current value is ${names.length} names; copy it from ` +
      `its source again`,
  );
}

/** A picture's name is its file's and its index there: `data_batch_1_00042`. */
async function listBatches(root: string, files: string[], names: string[]): Promise<PictureList> {
  const list = new PictureList();
  for (const file of files) {
    const path = join(root, file);
    const bytes = await readWhole(path);
    if (bytes.length === 0 || bytes.length % recordBytes !== 0) {
      throw new DataError(
        `Cannot use ${path} as its size must be a multiple of ${recordBytes} bytes: current value is ` +
          `${bytes.length}; copy it from its source again`,
      );
    }
    const stem = basename(file, ".bin");
    for (let i = 0; i * recordBytes < bytes.length; i++) {
      const className = names[bytes[i * recordBytes] ?? 0];
      if (className === undefined) throw noName(path, i, bytes[i * recordBytes] ?? 0, names.length);
      const name = `${stem}_${String(i).padStart(5, "0")}`;
      list.add(className, name, i * recordBytes + 1, pictureBytes);
    }
  }
  return list;
}

function noName(path: string, picture: number, label: number, names: number): DataError {
  return new DataError(
    `Cannot use ${path} as picture ${picture} has the label ${label}, and ${namesFile} names ${names} classes: ` +
      `copy both from their source again`,
  );
}

/**
 * Decodes the 32×32 picture in a record.
 *
 * @example
 * ```ts
 * import { decodeCifar10 } from "./binary.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * const planes = new Uint8Array(3072);
 * planes.fill(255, 0, 1024);
 * deepEqual([...decodeCifar10(planes, "a.bin").data.subarray(0, 6)], [255, 0, 0, 255, 0, 0]);
 * ```
 *
 * @param bytes its 3,072 bytes
 * @param place where they come from, for messages
 * @returns the picture
 * @throws {DataError} if there are more or fewer bytes
 */
export function decodeCifar10(bytes: Uint8Array, place: string): RgbImage {
  if (bytes.length !== pictureBytes) {
    throw new DataError(
      `Cannot decode ${place} as a picture of CIFAR-10 has ${pictureBytes} bytes: current value is ${bytes.length}`,
    );
  }
  const data = new Uint8Array(pictureBytes);
  for (let plane = 0; plane < 3; plane++) {
    for (let i = 0; i < pixels; i++) data[3 * i + plane] = bytes[plane * pixels + i] ?? 0;
  }
  return { width: side, height: side, data };
}
