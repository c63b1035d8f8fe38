/**
 * Reads files and folders, with errors that say what to do.
 *
 * @module
 */
import { basename, join, normalize } from "node:path";
import { DataError, reasonOf } from "../errors.ts";

/**
 * The error for a file that cannot be read.
 *
 * @param path the file
 * @param error why
 * @returns the error
 */
export function unreadable(path: string, error: unknown): DataError {
  return new DataError(
    `Cannot read ${path} (${reasonOf(error)}): restore it, or make it readable`,
    { cause: error },
  );
}

/**
 * Looks up what is at a path, following links.
 *
 * @param path the path
 * @returns what is there; undefined if nothing is
 * @throws {DataError} if that cannot be found out
 */
export async function lookAt(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    if (error instanceof Deno.errors.NotADirectory) return undefined;
    throw unreadable(path, error);
  }
}

/**
 * Lists a folder, without hidden names.
 *
 * @param folder the folder
 * @returns its entries
 * @throws {DataError} if it cannot be read, or a name is not in UTF-8
 */
export async function listFolder(folder: string): Promise<Deno.DirEntry[]> {
  const entries = await Array.fromAsync(Deno.readDir(folder)).catch((error) => {
    throw unreadable(folder, error);
  });
  const shown = entries.filter(({ name }) => !name.startsWith("."));
  for (const { name } of shown) await checkName(folder, name);
  return shown;
}

/** A name that is not in UTF-8 is read with U+FFFD, and then no file has that name. */
async function checkName(folder: string, name: string): Promise<void> {
  if (!name.includes("\ufffd")) return;
  try {
    await Deno.lstat(join(folder, name));
  } catch {
    throw new DataError(
      `Cannot read ${folder} as the name ${name} in it is not in UTF-8: rename it (convmv renames files)`,
    );
  }
}

/** What is done about a file that cannot be used. */
export type OnProblem = (problem: DataError) => void;

/**
 * Ends the opening of a set at its first problem.
 *
 * @param problem it
 */
export function throwProblem(problem: DataError): never {
  throw problem;
}

/**
 * Lists the files of a folder that are wanted.
 *
 * @param folder the folder
 * @param isWanted whether a file is, from its name and place; it may throw
 * @param onProblem takes what is wrong with a file, which is then left out; throws it by default
 * @returns their names by the name without its ending; none if there is no such folder
 * @throws {DataError} if two have one name but for the ending, or the folder cannot be read
 */
export async function filesByStem(
  folder: string,
  isWanted: (name: string, place: string) => boolean,
  onProblem: OnProblem = throwProblem,
): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  if (!(await lookAt(folder))?.isDirectory) return files;
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) continue;
    const isUsed = orProblem(() => isWanted(name, join(folder, name)), false, onProblem);
    if (!isUsed) continue;
    const stem = name.replace(/\.\w+$/, "");
    const other = files.get(stem);
    if (other === undefined) {
      files.set(stem, name);
      continue;
    }
    onProblem(
      new DataError(
        `Cannot read ${folder} as both ${other} and ${name} are there: keep one file for each name`,
      ),
    );
  }
  return files;
}

/**
 * Goes on after a problem with a file.
 *
 * @param look looks at the file
 * @param otherwise what stands for its result where it throws a `DataError`
 * @param onProblem takes that error
 * @returns its result
 */
export function orProblem<T>(look: () => T, otherwise: T, onProblem: OnProblem): T {
  try {
    return look();
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    onProblem(error);
    return otherwise;
  }
}

/**
 * A data set's name: that of its folder, also if the path ends in `.` or `..`.
 *
 * @param root the data set's folder
 * @returns the name
 */
export async function folderName(root: string): Promise<string> {
  const name = basename(normalize(root));
  return name === "" || name === "." || name === ".." ? basename(await Deno.realPath(root)) : name;
}

/**
 * Reads a text in UTF-8, without its byte order mark.
 *
 * @param file its path
 * @returns the text
 * @throws {DataError} if it cannot be read, or is in another encoding, which could merge names
 */
export async function readText(file: string): Promise<string> {
  const bytes = await readWhole(file);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new DataError(
      `Cannot read ${file} as it is not a text in UTF-8: save it in that encoding`,
    );
  }
}

/**
 * Reads a range of bytes. Each call opens the file anew, so that concurrent calls, also from other
 * threads, do not move each other's position.
 *
 * @param file its path
 * @param offset the first byte
 * @param length how many bytes
 * @returns the bytes
 * @throws {DataError} if the file is missing, or ends before the range does
 */
export async function readRange(file: string, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  const read = await fill(file, offset, bytes).catch((error) => {
    throw unreadable(file, error);
  });
  if (read === length) return bytes;
  throw new DataError(
    `Cannot read ${file} as it ends at byte ${offset + read}, before byte ${offset + length}: it ` +
      `has changed since it was opened, or was cut off; copy it from its source again`,
  );
}

/**
 * Reads the first bytes of a file.
 *
 * @param file its path
 * @param most how many, at most
 * @returns as many as there are
 * @throws {DataError} if it cannot be read
 */
export async function readHead(file: string, most: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(most);
  const read = await fill(file, 0, bytes).catch((error) => {
    throw unreadable(file, error);
  });
  return bytes.subarray(0, read);
}

async function fill(file: string, offset: number, bytes: Uint8Array): Promise<number> {
  using handle = await Deno.open(file);
  await handle.seek(offset, Deno.SeekMode.Start);
  let filled = 0;
  while (filled < bytes.length) {
    const read = await handle.read(bytes.subarray(filled));
    if (read === null) break;
    filled += read;
  }
  return filled;
}

/**
 * Reads a whole file.
 *
 * @param file its path
 * @returns its bytes
 * @throws {DataError} if it cannot be read
 */
export async function readWhole(file: string): Promise<Uint8Array> {
  try {
    return await Deno.readFile(file);
  } catch (error) {
    throw unreadable(file, error);
  }
}
