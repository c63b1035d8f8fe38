/**
 * The folder that predictions are written into.
 *
 * @module
 */
import { join, relative, resolve } from "node:path";
import { UsageError } from "../ground/errors.ts";
import { lockFolder } from "../ground/lock.ts";
import { checkWritable, listFolder, remove, writeAtomic } from "../ground/files.ts";
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
 * @throws {UsageError} if it cannot be written, is not empty and nothing is to be replaced, or the
 * inputs are among what would be replaced
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
    if (present.length > 0 && !force) {
      throw new UsageError(
        `Cannot write into ${out} as it is not empty: --force replaces the predictions in it, ` +
          "--out DIR writes elsewhere",
      );
    }
    const replaced = contents.filter((name) => present.includes(name))
      .map((name) => join(out, name));
    checkInputs(inputs, replaced);
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

function checkInputs(inputs: readonly string[], replaced: readonly string[]): void {
  const lost = inputs.find((input) => replaced.some((path) => isBelow(input, path)));
  if (lost === undefined) return;
  throw new UsageError(
    `Cannot replace the predictions as ${lost} is among them, and is read: choose another --out DIR`,
  );
}

function isBelow(file: string, folder: string): boolean {
  return !relative(resolve(folder), resolve(file)).startsWith("..");
}
