/**
 * What a loss of power leaves: contents of a file that were flushed, and names that were flushed with the
 * folder that they stand in. A file that was written, flushed and renamed may be gone, or be the one before,
 * until its folder is flushed too.
 *
 * @module
 */
import { dirname, join } from "node:path";

/** What a file system says that cannot flush a folder, as some of networks cannot: it has no more to give. */
const notOffered: ReadonlySet<unknown> = new Set(["EINVAL", "ENOTSUP", "EOPNOTSUPP", "EACCES"]);

/**
 * Flushes a folder to the disk: the names of what was made, renamed and removed in it. Nothing happens where
 * that is not offered: on Windows, or by a process that may write into a folder, and not read what is above.
 *
 * @param path the folder
 */
export async function syncFolder(path: string): Promise<void> {
  if (Deno.build.os === "windows") return;
  try {
    using folder = await Deno.open(path);
    await folder.sync();
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return;
    if (!notOffered.has((error as { code?: unknown }).code)) throw error;
  }
}

/** Makes a folder where it is missing, with those above it, and flushes the names of what it made. */
export async function makeFolder(path: string): Promise<void> {
  const made: string[] = [];
  for (let each = path; !await isThere(each); each = dirname(each)) {
    made.push(dirname(each));
    if (dirname(each) === each) break;
  }
  await Deno.mkdir(path, { recursive: true });
  for (const above of made.reverse()) await syncFolder(above);
}

async function isThere(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    return true; // what is wrong is said by making it
  }
}

/** Flushes what is in a file. */
export async function syncFile(path: string): Promise<void> {
  using file = await Deno.open(path, { read: true, write: true }); // Windows flushes no other
  await file.sync();
}

/** Flushes all files of a folder, and the folders in it. */
export async function syncTree(path: string): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(path)) {
    const inside = join(path, name);
    if (isDirectory) await syncTree(inside);
    else await syncFile(inside);
  }
  await syncFolder(path);
}
