import { join } from "node:path";
import { reasonOf } from "../../datasets/errors.ts";
import { UsageError } from "./errors.ts";

/** The file in a run's folder that says who writes there. */
const lockName = ".lock";

/**
 * Takes a folder for this process alone. The operating system holds the lock and gives it up when
 * the process ends, however that happens, so that there are no stale ones; on a shared folder (NFS,
 * SMB) it holds between machines too. A file system without locks gets a line on stderr.
 *
 * @param folder the folder, which is there
 * @param option the option that chooses another one, for the error
 * @returns to be disposed of at the end
 * @throws {UsageError} if another run has it: names the process and its machine
 */
export async function lockFolder(folder: string, option = "--out"): Promise<Disposable> {
  const path = join(folder, lockName);
  for (;;) {
    const file = await Deno.open(path, { read: true, write: true, create: true });
    if (!await tryLock(file, folder)) {
      file.close();
      throw new UsageError(
        `Cannot write into ${folder} as another run does${await holder(path)}: ` +
          `wait for its end, or write elsewhere with ${option} DIR`,
      );
    }
    if (await isAt(path, file)) return await signed(file, path);
    file.close(); // its owner removed it between our opening and our locking
  }
}

async function tryLock(file: Deno.FsFile, folder: string): Promise<boolean> {
  try {
    return await file.tryLock(true);
  } catch (error) {
    console.error(
      `${folder} cannot be locked (${reasonOf(error)}): see that no other run writes there`,
    );
    return true;
  }
}

async function isAt(path: string, file: Deno.FsFile): Promise<boolean> {
  try {
    const [named, held] = [await Deno.stat(path), await file.stat()];
    return named.ino === held.ino && named.dev === held.dev;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function signed(file: Deno.FsFile, path: string): Promise<Disposable> {
  const host = await hostname();
  const text = `process ${Deno.pid}${host === "" ? "" : ` on ${host}`}, ${
    new Date().toISOString()
  }\n`;
  await file.truncate();
  await file.write(new TextEncoder().encode(text));
  return {
    [Symbol.dispose]() {
      try {
        Deno.removeSync(path);
      } catch {
        // The lock is given up all the same: the file alone locks nothing.
      }
      file.close();
    },
  };
}

/** Another person's process may lie on another machine; asking for the name must not prompt. */
async function hostname(): Promise<string> {
  const { state } = await Deno.permissions.query({ name: "sys", kind: "hostname" });
  return state === "granted" ? Deno.hostname() : "";
}

/** What the lock says; nothing where it cannot be read, or is being written. */
async function holder(path: string): Promise<string> {
  const text = await Deno.readTextFile(path).catch(() => "");
  return text === "" ? "" : ` (${text.trim()})`;
}
