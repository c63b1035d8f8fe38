import { SetupError } from "./python.ts";

/** The lock file in the cache. It is not deleted: by itself it locks nothing. */
const lockName = ".setup.lock";

/**
 * Takes the cache for this process alone, so that two setups at once do not write the same files;
 * if another has it, says so and waits for it. The operating system holds the lock and releases it
 * when the process ends, however that happens: there are no stale ones.
 *
 * @param cache the folder, which exists
 * @returns the lock, to be disposed of at the end
 * @throws {SetupError} if the file cannot be opened
 */
export async function lockCache(cache: string): Promise<Disposable> {
  const path = `${cache}/${lockName}`;
  const file = await open(path);
  try {
    if (!await file.tryLock(true)) {
      const holder = (await Deno.readTextFile(path)).trim();
      console.log(`Waiting for another setup${holder && ` (${holder})`} to end`);
      await file.lock(true);
    }
    await sign(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    console.log(`${cache} cannot be locked (${reason}): see that no other setup runs`);
  }
  return { [Symbol.dispose]: () => file.close() };
}

async function open(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path, { read: true, write: true, create: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
    throw new SetupError(`Cannot write ${path}: ${error.message}. Make the folder yours`);
  }
}

async function sign(file: Deno.FsFile): Promise<void> {
  await file.truncate();
  await file.seek(0, Deno.SeekMode.Start);
  await file.write(new TextEncoder().encode(`process ${Deno.pid}\n`));
}
