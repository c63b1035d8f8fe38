/**
 * The folder that predictions are written into.
 *
 * @module
 */
import { join, relative, resolve, sep } from "node:path";
import { UsageError } from "../ground/errors.ts";
import { lockFolder } from "../ground/lock.ts";
import { checkWritable, listFolder, remove, writeAtomic } from "../ground/files.ts";
import { recordIn } from "../record/mod.ts";
import type { PredictAsked } from "./options.ts";

/** All that predictions may consist of, at the top of the folder. */
const contents: readonly string[] = [
  "masks",
  "overlays",
  "shares.csv",
  "top5.csv",
  "classes.csv",
  "metrics.csv",
  "confusion.csv",
  "confusion.svg",
];

/** A folder that this process has for itself until it disposes of it. */
export interface OutFolder extends Disposable {
  /** Writes a file below it, whole or not at all. */
  write(path: string, content: string | Uint8Array): Promise<void>;
}

/**
 * Makes the folder where it is missing, and removes earlier predictions from it where they are to be
 * replaced; other files stay.
 *
 * @param inputs files that are read meanwhile
 * @throws {UsageError} if it cannot be written, holds a run, is not empty and nothing is to be
 * replaced, or the inputs are among what would be replaced
 */
export async function takeOutFolder(
  { out, force }: Pick<PredictAsked, "out" | "force">,
  inputs: readonly string[],
): Promise<OutFolder> {
  await checkWritable(out, "--out");
  const lock = await lockFolder(out);
  try {
    const present = (await listFolder(out)).map(({ name }) => name)
      .filter((name) => name !== ".lock");
    if (await recordIn(out) !== undefined) {
      throw new UsageError(
        `Cannot write into ${out} as it holds a run, whose files may not be replaced: choose ` +
          "another --out DIR",
      );
    }
    if (present.length > 0 && !force) {
      throw new UsageError(
        `Cannot write into ${out} as it is not empty: --force replaces the predictions in it, ` +
          "--out DIR writes elsewhere",
      );
    }
    const replaced = contents.filter((name) => present.includes(name))
      .map((name) => join(out, name));
    await checkInputs(inputs, replaced);
    for (const path of replaced) await remove(path);
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
  return {
    write: (path, content) => writeAtomic(join(out, path), content),
    [Symbol.dispose]: () => lock[Symbol.dispose](),
  };
}

async function checkInputs(inputs: readonly string[], replaced: readonly string[]): Promise<void> {
  const places = await Promise.all(replaced.map(realPath));
  for (const input of inputs) {
    const file = await realPath(input);
    if (!places.some((place) => isBelow(file, place))) continue;
    throw new UsageError(
      `Cannot replace the predictions as ${input} is among them, and is read: choose another ` +
        "--out DIR",
    );
  }
}

/** Where a path leads through links; what is not there is told where it is read. */
async function realPath(path: string): Promise<string> {
  return await Deno.realPath(path).catch(() => resolve(path));
}

function isBelow(file: string, folder: string): boolean {
  const way = relative(folder, file);
  return way !== ".." && !way.startsWith(`..${sep}`);
}
