/**
 * Files and folders: read with errors that a person understands, and written beside their place and
 * renamed into it, so that a reader meets the old file or the new one, never a part.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { makeFolder, syncFolder } from "../../datasets/durable.ts";
import { reasonOf } from "../../datasets/errors.ts";
import { UsageError } from "./errors.ts";

/**
 * The text of a file.
 *
 * @throws {UsageError} if it is missing or cannot be read
 */
export async function readText(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    const missing = error instanceof Deno.errors.NotFound;
    const reason = missing ? " as there is no such file" : `: ${reasonOf(error)}`;
    throw new UsageError(`Cannot read "${path}"${reason}`, { cause: error });
  }
}

/** Whether there is a file or folder; below a file there is none. */
export async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotADirectory)) ignoreNotFound(error);
    return false;
  }
}

/** Removes a file, or a folder with all that is in it; nothing happens where there is none. */
export async function remove(path: string): Promise<void> {
  await Deno.remove(path, { recursive: true }).catch(ignoreNotFound);
}

function ignoreNotFound(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

/**
 * What lies in a folder.
 *
 * @returns its entries; none where there is no such folder
 */
export async function listFolder(folder: string): Promise<Deno.DirEntry[]> {
  try {
    return await Array.fromAsync(Deno.readDir(folder));
  } catch (error) {
    ignoreNotFound(error);
    return [];
  }
}

/** What {@linkcode putAtomic} adds to a file's name until the file is whole. */
const temporaryEnding = /\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/;

/** What {@linkcode checkWritable} calls the file that it tries a folder with. */
const probeBeginning = ".writable-";

/**
 * Removes what a process that was killed left of {@linkcode putAtomic}. Only for a folder that
 * nobody else writes into.
 *
 * @param folder the folder; nothing happens where there is none
 */
export async function removeTemporaries(folder: string): Promise<void> {
  const names = (await listFolder(folder)).map(({ name }) => name);
  const left = names.filter((name) =>
    temporaryEnding.test(name) || name.startsWith(probeBeginning)
  );
  for (const name of left) await remove(join(folder, name));
}

/**
 * Makes a file beside its place and renames it into it, in a folder that is made where it is missing. Once
 * it is done the name outlasts a loss of power; so do the contents if `make` has flushed them.
 *
 * @param make makes the file of the name that it is given
 */
export async function putAtomic(
  path: string,
  make: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = `${path}.${crypto.randomUUID()}.tmp`;
  try {
    await makeFolder(dirname(path));
    await make(temporary);
    await Deno.rename(temporary, path);
    await remove(temporary); // stays where both are links to one file
    await syncFolder(dirname(path));
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
}

/**
 * Writes a file beside its place, flushes it to the disk, renames it into its place and flushes that: after
 * a loss of power there is the file before, or this one.
 *
 * @param path the file; its folder is made where it is missing
 * @param content text (as UTF-8) or bytes
 * @throws {UsageError} if it cannot be written, e.g. as the disk is full
 */
export async function writeAtomic(path: string, content: string | Uint8Array): Promise<void> {
  try {
    await putAtomic(path, async (temporary) => {
      using file = await Deno.open(temporary, { write: true, createNew: true });
      let rest = typeof content === "string" ? new TextEncoder().encode(content) : content;
      while (rest.length > 0) rest = rest.subarray(await file.write(rest));
      await file.sync();
    });
  } catch (error) {
    throw new UsageError(`Cannot write "${path}": ${reasonOf(error)}`, { cause: error });
  }
}

/**
 * Fails unless a file can be written there: before minutes of work, not after. Makes its folder where
 * that is missing.
 *
 * @throws {UsageError} if it is a folder, or its folder cannot be made or written
 */
export async function checkWritableFile(path: string, option: string): Promise<void> {
  if (await isFolder(path)) {
    throw new UsageError(
      `Cannot write ${path} as it is a folder: give a file by ${option}, such as ${
        join(path, "NAME")
      }`,
    );
  }
  await checkWritable(dirname(path), option);
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch {
    return false; // whether it can be made is found by making it
  }
}

/**
 * Makes a folder where it is missing, and fails unless files can be written there: before hours of
 * work, not after.
 *
 * @throws {UsageError} if it cannot be made or written
 */
export async function checkWritable(path: string, option: string): Promise<void> {
  try {
    await makeFolder(path);
    const probe = await Deno.makeTempFile({ dir: path, prefix: probeBeginning });
    await remove(probe); // whoever takes the folder meanwhile may have removed it
  } catch (error) {
    throw new UsageError(
      `Cannot write into ${path}: ${reasonOf(error)}; choose another folder by ${option} DIR`,
      { cause: error },
    );
  }
}
