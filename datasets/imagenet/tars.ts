/**
 * Lists pictures in tar archives: `CLASS/FILE`, all at the top level, or an archive for each class.
 *
 * @module
 */
import { normalize } from "node:path/posix";
import { type OnProblem, orProblem, throwProblem } from "../archives/files.ts";
import { PictureList } from "../archives/picture_list.ts";
import { tarEntries, type TarEntry } from "../archives/tar.ts";
import { DataError } from "../errors.ts";
import { isPicture } from "../images/picture_names.ts";
import { partNames } from "./names.ts";

/** A picture's size is stored in 31 bits. */
const largestPicture = 2 ** 31 - 1;

/**
 * Lists the pictures of one part: `CLASS/FILE` below any one folder, or `FILE` in the inner archive
 * `CLASS.tar`. Those at the top level, or in one folder with the name of a part, get the class "".
 *
 * @param file the archive
 * @param onProblem takes what is wrong with an entry, which is left out; throws it by default
 * @returns the pictures
 * @throws {DataError} if the archive is unusable, holds no pictures, or its folders do not give
 *   classes
 */
export async function listTar(
  file: string,
  onProblem: OnProblem = throwProblem,
): Promise<PictureList> {
  const list = new PictureList();
  const base = new CommonBase(file);
  for await (const entry of tarEntries(file)) {
    const { folders, name } = partsOf(entry.path);
    if (entry.kind === "file" && /^[^.].*\.tar$/.test(name)) {
      checkName(entry, file);
      base.check(folders, entry.path);
      await addInner(list, file, entry, name.slice(0, -".tar".length), onProblem);
    } else if (isUsable(entry, name, file, onProblem)) {
      const className = folders.pop() ?? "";
      base.check(folders, entry.path);
      list.add(className, name, entry.offset, entry.length);
    }
  }
  return checked(flattened(list), file);
}

/**
 * Lists the pictures of each part in one archive of `PART/CLASS/FILE`.
 *
 * @param file the archive
 * @param onProblem takes what is wrong with an entry, which is left out; throws it by default
 * @param trainingOnly whether entries of the validation part are passed over, whatever they are
 * @returns the pictures by the part's name
 * @throws {DataError} if the archive is unusable, or holds none of these
 */
export async function listTarOfParts(
  file: string,
  onProblem: OnProblem = throwProblem,
  trainingOnly = false,
): Promise<Map<string, PictureList>> {
  const names: readonly string[] = [...partNames.train, ...partNames.val];
  const passedOver: readonly string[] = trainingOnly ? partNames.val : [];
  const lists = new Map<string, PictureList>();
  const base = new CommonBase(file);
  for await (const entry of tarEntries(file)) {
    const { folders, name } = partsOf(entry.path);
    if (passedOver.includes(folders.at(-2) ?? "")) continue;
    if (!isUsable(entry, name, file, onProblem)) continue;
    const className = folders.pop() ?? "";
    const part = folders.pop() ?? "";
    if (!names.includes(part)) throw noParts(file, entry.path);
    base.check(folders, entry.path);
    const list = lists.get(part) ?? new PictureList();
    list.add(className, name, entry.offset, entry.length);
    lists.set(part, list);
  }
  if (lists.size === 0 && !trainingOnly) throw noParts(file, "no pictures");
  return lists;
}

/**
 * Folders and name of a path; what is in a hidden folder counts as hidden. Ways up out of the
 * archive are ignored, as nothing is unpacked.
 */
function partsOf(path: string): { folders: string[]; name: string } {
  const folders = normalize(path).split("/").filter((name) => !["", ".", ".."].includes(name));
  const name = folders.pop() ?? "";
  return { folders, name: folders.find((folder) => folder.startsWith(".")) ?? name };
}

async function addInner(
  list: PictureList,
  file: string,
  inner: TarEntry,
  className: string,
  onProblem: OnProblem,
): Promise<void> {
  const before = list.length;
  for await (const entry of tarEntries(file, inner)) {
    const { name } = partsOf(entry.path);
    if (isUsable(entry, name, `${file} (${inner.path})`, onProblem)) {
      list.add(className, name, entry.offset, entry.length);
    }
  }
  if (list.length === before) {
    onProblem(
      new DataError(
        `Cannot use ${file} as ${inner.path} in it has no pictures: copy it from its source again`,
      ),
    );
  }
}

/** Garbled names could be those of two classes, or pictures. Throws `DataError` for one. */
function checkName({ path, isOdd }: TarEntry, file: string): void {
  if (!isOdd) return;
  throw new DataError(
    `Cannot use ${file} as the name of its entry ${path} is not in UTF-8, and could be mistaken for another: pack ` +
      `it again, with names in UTF-8 (convmv renames files)`,
  );
}

/** Whether to use an entry; a problem where leaving it out loses a picture. */
function isUsable(entry: TarEntry, name: string, file: string, onProblem: OnProblem): boolean {
  return orProblem(() => checkUsable(entry, name, file), false, onProblem);
}

function checkUsable(entry: TarEntry, name: string, file: string): boolean {
  const { kind, path, length } = entry;
  if (kind === "folder" || !isPicture(name, `${file} (${path})`)) return false;
  checkName(entry, file);
  if (kind === "file" && length <= largestPicture) return true;
  const seen = kind === "file"
    ? `it has ${length} bytes`
    : `it is ${kind === "link" ? "a link" : "not a plain file"}`;
  throw new DataError(
    `Cannot use ${path} in ${file} as ${seen}, and a picture is expected: pack the archive again, with ` +
      `tar --dereference --hard-dereference, and without --sparse`,
  );
}

/**
 * Checks that all pictures are in the same folder but for their classes, so that no class is
 * misread.
 */
class CommonBase {
  private known: string | undefined;

  constructor(private readonly file: string) {}

  check(folders: string[], path: string): void {
    const base = folders.join("/");
    this.known ??= base;
    if (base === this.known) return;
    throw new DataError(
      `Cannot tell classes in ${this.file} as ${path} is below "${base}", and pictures before it are below ` +
        `"${this.known}": pack CLASS/FILE for all pictures`,
    );
  }
}

/** An archive of the folder `val` with pictures directly in it has no class named `val`. */
function flattened(list: PictureList): PictureList {
  const [only, ...others] = list.classNames;
  const names: readonly string[] = [...partNames.train, ...partNames.val];
  if (only === undefined || others.length > 0 || !names.includes(only)) return list;
  return list.classified(() => "");
}

function checked(list: PictureList, file: string): PictureList {
  if (list.length === 0) {
    throw new DataError(
      `Cannot use ${file} as it holds no pictures (.JPEG, .jpg, .jpeg or .png): pack CLASS/FILE for all ` +
        `pictures`,
    );
  }
  if (list.classNames.length === 1 || !list.classNames.includes("")) return list;
  throw new DataError(
    `Cannot use ${file} as it holds pictures outside of folders next to classes such as ` +
      `${list.classNames.find((name) => name !== "")}: pack CLASS/FILE for all pictures`,
  );
}

function noParts(file: string, seen: string): DataError {
  return new DataError(
    `Cannot use ${file} as a whole data set as it holds ${seen}, and train/CLASS/FILE and val/CLASS/FILE ` +
      `are expected: pack it so, or pass the folder with train.tar and val.tar`,
  );
}
