/**
 * The space of a disk, and what files take of it.
 *
 * @module
 */
import { statfs } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { exists, listFolder } from "./files.ts";

/**
 * The space that is left to this user on the file system of a folder, which need not be there yet.
 * Quotas are not seen.
 *
 * @returns bytes; nothing where this program may not know (`--allow-sys=statfs`), or the system does
 * not say
 */
export async function freeBytes(folder: string): Promise<number | undefined> {
  const asked = { name: "sys", kind: "statfs" } as unknown as Deno.SysPermissionDescriptor; // not in its types
  if ((await Deno.permissions.query(asked)).state !== "granted") return undefined; // nobody is prompted
  let there = resolve(folder);
  while (!await exists(there) && dirname(there) !== there) there = dirname(there);
  try {
    const { bavail, bsize, blocks } = await statfs(there);
    return blocks > 0 ? bavail * bsize : undefined;
  } catch {
    return undefined; // a file system that has no such figures
  }
}

/** What a folder's files take, those in folders below it included; 0 where there is none. */
export async function folderBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const { name, isFile, isDirectory } of await listFolder(folder)) {
    const path = join(folder, name);
    if (isDirectory) bytes += await folderBytes(path);
    else if (isFile) bytes += (await Deno.stat(path).catch(() => ({ size: 0 }))).size;
  }
  return bytes;
}
