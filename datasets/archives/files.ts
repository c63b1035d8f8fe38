/** Looking at files and folders, with errors that say what to do. */
import { join } from "node:path";
import { DataError, reasonOf } from "../errors.ts";

/** A `DataError` that says that `path` cannot be read, and why. */
export function unreadable(path: string, error: unknown): DataError {
  return new DataError(
    `Cannot read ${path} (${reasonOf(error)}): restore it, or make it readable`,
    { cause: error },
  );
}

/** What is at `path`, links followed; undefined where there is nothing. Throws `DataError` where that cannot be told. */
export async function lookAt(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    if (error instanceof Deno.errors.NotADirectory) return undefined;
    throw unreadable(path, error);
  }
}

/** What a folder holds, without hidden names. Throws `DataError` where it cannot be read, or a name is not UTF-8. */
export async function listFolder(folder: string): Promise<Deno.DirEntry[]> {
  const entries = await Array.fromAsync(Deno.readDir(folder)).catch((error) => {
    throw unreadable(folder, error);
  });
  const shown = entries.filter(({ name }) => !name.startsWith("."));
  for (const { name } of shown) await checkName(folder, name);
  return shown;
}

/** What is not UTF-8 is read as U+FFFD, and no file has the name then. */
async function checkName(folder: string, name: string): Promise<void> {
  if (!name.includes("\ufffd")) return;
  try {
    await Deno.lstat(join(folder, name));
  } catch {
    throw new DataError(
      `Cannot read ${folder} as the name ${name} in it is no text in UTF-8: rename it (convmv renames files)`,
    );
  }
}

/**
 * The text of a file, in UTF-8, without a byte order mark.
 *
 * Throws `DataError` where it cannot be read, or is in another encoding: what is not UTF-8 would merge names.
 */
export async function readText(file: string): Promise<string> {
  const bytes = await readWhole(file);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new DataError(`Cannot read ${file} as it is no text in UTF-8: save it in that encoding`);
  }
}

/**
 * `length` bytes of a file from `offset` on: each call opens the file anew, so that calls at the same time, also from
 * other threads, do not move each other's place in it.
 *
 * Throws `DataError` where the file is not there, or ends before.
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

/** The first bytes of a file, `most` or as many as there are. Throws `DataError` where it cannot be read. */
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

/** All bytes of a file. Throws `DataError` where it cannot be read. */
export async function readWhole(file: string): Promise<Uint8Array> {
  try {
    return await Deno.readFile(file);
  } catch (error) {
    throw unreadable(file, error);
  }
}
