/**
 * Files that are there wholly or not at all.
 *
 * @module
 */
import { randomUUID } from "node:crypto";
import { open, readdir, rename, rm } from "node:fs/promises";
import process from "node:process";
import { basename, dirname, join } from "node:path";

/** A file that is written, and not in its place yet. */
export interface Pending {
  /** Puts it there, in place of what is there. */
  commit(): Promise<void>;
  /** Throws it away. */
  discard(): Promise<void>;
}

/**
 * Writes a file beside its place, on the same disk, so that it is moved there in one step.
 *
 * @param path its place
 * @param parts its content
 * @returns what puts it there
 */
export async function writeBeside(path: string, parts: readonly Uint8Array[]): Promise<Pending> {
  const beside = join(dirname(path), `${beginning(path)}${randomUUID()}${end}`);
  const discard = () => rm(beside, { force: true });
  const file = await open(beside, "wx");
  try {
    for (const part of parts) await file.writeFile(part);
    await file.sync();
  } catch (error) {
    await file.close();
    await discard();
    throw error;
  }
  await file.close();
  const commit = async () => {
    await rename(beside, path);
    await syncFolder(dirname(path));
  };
  return { commit, discard };
}

/** What a file system says that cannot flush a folder, as some of networks cannot. */
const notOffered: ReadonlySet<unknown> = new Set(["EINVAL", "ENOTSUP", "EOPNOTSUPP", "EACCES"]);

/** Flushes the names in a folder: until then a loss of power may undo a rename. Windows has nothing like it. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  try {
    const folder = await open(path, "r");
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch (error) {
    if (!notOffered.has((error as { code?: unknown }).code)) throw error;
  }
}

/** What files beside a place are named by. */
const beginning = (path: string) => `.${basename(path)}.`;
const end = ".tmp";

/**
 * The files that were written beside a place and never put there, as the program was killed.
 *
 * @param path the place
 * @returns their names
 */
export async function besides(path: string): Promise<string[]> {
  const inside = await readdir(dirname(path)).catch((): string[] => []);
  return inside.filter((name) => name.startsWith(beginning(path)) && name.endsWith(end)).sort();
}
