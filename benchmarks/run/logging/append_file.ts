import { dirname } from "node:path";
import { makeFolder, syncFolder } from "../../../datasets/durable.ts";
import { reasonOf } from "../../../datasets/errors.ts";
import { UsageError } from "../../ground/errors.ts";

/** A file that grows at its end. */
export interface AppendFile extends Disposable {
  /** Its length in bytes. */
  readonly length: number;
  /** Adds bytes. */
  append(bytes: Uint8Array): Promise<void>;
  /** Flushes it, and its name, to the disk. */
  sync(): Promise<void>;
}

/**
 * Opens a file to add to it; makes it and its folder where they are missing.
 *
 * @param keepBytes how much of what is there stays
 * @throws {UsageError} if it cannot be opened or, later, written, e.g. as the disk is full
 */
export async function appendFile(path: string, keepBytes: number): Promise<AppendFile> {
  const file = await writing(path, async () => {
    await makeFolder(dirname(path));
    return await Deno.open(path, { write: true, create: true });
  });
  let length = 0;
  let isNamed = false;
  await writing(path, async () => {
    length = Math.min(keepBytes, (await file.stat()).size);
    await file.truncate(length);
    await file.seek(length, Deno.SeekMode.Start);
  });
  return {
    get length() {
      return length;
    },
    append: (bytes) =>
      writing(path, async () => {
        for (let rest = bytes; rest.length > 0;) {
          const written = await file.write(rest);
          rest = rest.subarray(written);
          length += written;
        }
      }),
    sync: () =>
      writing(path, async () => {
        await file.sync();
        if (isNamed) return;
        await syncFolder(dirname(path));
        isNamed = true;
      }),
    [Symbol.dispose]: () => file.close(),
  };
}

async function writing<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw new UsageError(`Cannot write "${path}": ${reasonOf(error)}`, { cause: error });
  }
}
