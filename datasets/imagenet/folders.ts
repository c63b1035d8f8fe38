/**
 * Lists pictures in folders: a folder for each class, or all pictures in one.
 *
 * @module
 */
import { join } from "node:path";
import { wholeFile } from "../archives/entry.ts";
import { listFolder, lookAt, type OnProblem, orProblem, throwProblem } from "../archives/files.ts";
import { PictureList } from "../archives/picture_list.ts";
import { DataError } from "../errors.ts";
import { isPicture } from "../images/picture_names.ts";

/**
 * Lists the pictures in `folder/CLASS/`, following links; those directly in `folder` get the class
 * "".
 *
 * @param folder the folder
 * @param onProblem takes what is wrong with a file or a class, which is left out; throws it by default
 * @returns the pictures
 * @throws {DataError} if the folder holds none, or both kinds; if a class holds none; if something
 *   is unreadable
 */
export async function listPictures(
  folder: string,
  onProblem: OnProblem = throwProblem,
): Promise<PictureList> {
  const list = new PictureList();
  const entries = await listFolder(folder);
  const classes: string[] = [];
  for (const entry of entries) {
    if (await isFolder(folder, entry)) classes.push(entry.name);
    else if (isUsed(folder, entry.name, onProblem)) list.add("", entry.name, 0, wholeFile);
  }
  if (list.length > 0 && classes.length === 0) return list;
  checkForm(folder, list.length, classes, entries);
  for (const className of classes) await addClass(list, folder, className, onProblem);
  return list;
}

async function isFolder(parent: string, entry: Deno.DirEntry): Promise<boolean> {
  if (!entry.isSymlink) return entry.isDirectory;
  return (await lookAt(join(parent, entry.name)))?.isDirectory ?? false;
}

function checkForm(
  folder: string,
  pictures: number,
  classes: string[],
  entries: Deno.DirEntry[],
): void {
  if (classes.length > 0 && pictures === 0) return;
  const tar = entries.find(({ name }) => name.endsWith(".tar"))?.name;
  if (pictures > 0) {
    throw new DataError(
      `Cannot use ${folder} as it holds ${pictures} pictures next to folders such as ` +
        `${classes[0]}: put each picture into the folder of its class`,
    );
  }
  throw new DataError(
    tar === undefined
      ? `Cannot use ${folder} as it holds no pictures and no folders: fill it, or remove it`
      : `Cannot use ${folder} as it holds archives such as ${tar}, and folders of pictures are expected: ` +
        `unpack each into a folder of its own, or use the original archive that they came in`,
  );
}

function isUsed(folder: string, name: string, onProblem: OnProblem): boolean {
  return orProblem(() => isPicture(name, join(folder, name)), false, onProblem);
}

async function addClass(
  list: PictureList,
  folder: string,
  className: string,
  onProblem: OnProblem,
): Promise<void> {
  const before = list.length;
  const path = join(folder, className);
  const entries = await listFolder(path);
  for (const { name, isDirectory } of entries) {
    if (!isDirectory && isUsed(path, name, onProblem)) list.add(className, name, 0, wholeFile);
  }
  if (list.length > before) return;
  const inner = entries.find(({ isDirectory }) => isDirectory)?.name;
  onProblem(
    new DataError(
      inner === undefined
        ? `Cannot use ${path} as the class has no pictures (.JPEG, .jpg, .jpeg or .png): add some, or ` +
          `remove the folder`
        : `Cannot use ${path} as it holds folders such as ${inner} and no pictures: put the pictures ` +
          `directly into the folder of their class`,
    ),
  );
}
