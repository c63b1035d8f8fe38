/**
 * Opens pictures in folders or tar archives, in ImageNet's layouts.
 *
 * @module
 */
import { join } from "node:path";
import { listFolder, lookAt, type OnProblem, throwProblem } from "../archives/files.ts";
import { PictureIndex, type SetParts } from "../archives/picture_index.ts";
import { PictureList } from "../archives/picture_list.ts";
import { DataError } from "../errors.ts";
import { listPictures } from "./folders.ts";
import { readGroundTruth } from "./ground_truth.ts";
import { officialTars, partNames } from "./names.ts";
import { listTar, listTarOfParts } from "./tars.ts";

type PartName = "train" | "val";

/** The pictures of one part, and where they are. */
interface FoundPart {
  path: string;
  isTar: boolean;
  /** Whether the pictures are together, and not in a folder for each class. */
  isFlat: boolean;
  list: PictureList;
}

/**
 * Opens the parts in a folder: `train` and `val` (or `validation`, or `test`), each a folder or a
 * tar archive. Validation pictures that are together get their classes from a list in the folder or
 * in `listsIn`.
 *
 * @param root the folder
 * @param listsIn other folders to search for lists
 * @param onProblem takes what is wrong with a file or a class; throws it by default
 * @param trainingOnly whether the validation pictures are left alone, as if there were none
 * @returns the parts; undefined if neither is there
 * @throws {DataError} if something there is unusable or ambiguous
 */
export async function openParts(
  root: string,
  listsIn: readonly string[],
  onProblem: OnProblem = throwProblem,
  trainingOnly = false,
): Promise<SetParts | undefined> {
  const train = await findPart(root, "train", onProblem);
  const val = trainingOnly ? undefined : await findPart(root, "val", onProblem);
  if (train === undefined && val === undefined) return undefined;
  const classified = val && await withClasses(val, [root, val.path, ...listsIn]);
  return assemble(train, classified, onProblem);
}

/**
 * Opens an archive that holds `train/CLASS/FILE` and `val/CLASS/FILE`.
 *
 * @param path the archive
 * @param onProblem takes what is wrong with a file or a class; throws it by default
 * @param trainingOnly whether the validation pictures are left out, as if there were none
 * @returns the parts
 * @throws {DataError} if it is unusable
 */
export async function openTarOfParts(
  path: string,
  onProblem: OnProblem = throwProblem,
  trainingOnly = false,
): Promise<SetParts> {
  const lists = await listTarOfParts(path, onProblem, trainingOnly);
  const find = (part: PartName): FoundPart | undefined => {
    const name = partNames[part].find((name) => lists.has(name));
    const list = name === undefined ? undefined : lists.get(name);
    return list && { path, isTar: true, isFlat: false, list };
  };
  return assemble(find("train"), find("val"), onProblem);
}

async function findPart(
  root: string,
  part: PartName,
  onProblem: OnProblem,
): Promise<FoundPart | undefined> {
  for (const name of partNames[part]) {
    const official = name === part ? [officialTars[part]] : [];
    const present: string[] = [];
    for (const candidate of [name, `${name}.tar`, ...official]) {
      if (await lookAt(join(root, candidate)) !== undefined) present.push(candidate);
    }
    if (present.length > 1) throw ambiguous(root, present);
    if (present[0] !== undefined) {
      return await openPart(join(root, present[0]), onProblem);
    }
  }
  await refuseCompressed(root, part);
  return undefined;
}

async function openPart(path: string, onProblem: OnProblem): Promise<FoundPart> {
  const isTar = (await lookAt(path))?.isFile ?? false;
  const list = isTar ? await listTar(path, onProblem) : await listPictures(path, onProblem);
  return { path, isTar, isFlat: list.classNames[0] === "", list };
}

function ambiguous(root: string, present: string[]): DataError {
  return new DataError(
    `Cannot use ${root} as both ${present.slice(0, 2).join(" and ")} are there: ` +
      `move one of them away, or make a folder with links to those to use`,
  );
}

/** A part that is there, but compressed, must not be mistaken for a missing one. */
async function refuseCompressed(root: string, part: PartName): Promise<void> {
  const stems = [...partNames[part], officialTars[part].replace(".tar", "")].join("|");
  const pattern = new RegExp(`^(${stems})\\.(tar\\.\\w+|tgz|zip)$`);
  const found = (await listFolder(root)).find(({ name }) => pattern.test(name));
  if (found === undefined) return;
  throw new DataError(
    `Cannot use ${join(root, found.name)} as it is compressed, and pictures are read from their ` +
      `position in the archive: decompress it to a .tar first (gunzip), or unpack it`,
  );
}

async function withClasses(part: FoundPart, folders: readonly string[]): Promise<FoundPart> {
  if (!part.isFlat) return part;
  return { ...part, list: part.list.classified(await readGroundTruth(folders, part.path)) };
}

function assemble(
  train: FoundPart | undefined,
  val: FoundPart | undefined,
  onProblem: OnProblem,
): SetParts {
  if (train?.isFlat) {
    throw new DataError(
      `Cannot use ${train.path} as its pictures are not in folders: put each into the folder of its class`,
    );
  }
  const known = new Set((train ?? val)?.list.classNames);
  const unknown = (val?.list.classNames ?? []).filter((name) => !known.has(name)).sort();
  for (const name of unknown) {
    onProblem(
      new DataError(
        `Cannot use ${val?.path} as it has the class ${name}, and ${train?.path} does not: give both parts the ` +
          `same classes`,
      ),
    );
  }
  const classNames = [...known, ...unknown].sort();
  return {
    classNames,
    training: indexOf(train, "train", classNames),
    validation: indexOf(val, "val", classNames),
  };
}

function indexOf(
  part: FoundPart | undefined,
  name: PartName,
  classNames: readonly string[],
): PictureIndex {
  const { path = "", isTar = false, isFlat = false, list = new PictureList() } = part ?? {};
  const fileOf = (className: string, file: string) => {
    if (isTar) return path;
    return isFlat ? join(path, file) : join(path, className, file);
  };
  return new PictureIndex(list, { part: name, classNames, encoding: "image", fileOf });
}
