/** Small sets of classified pictures in all layouts. */
import { join } from "node:path";
import { type ClassifiedSplit, openClassified, readEntry } from "../../datasets/classified.ts";
import { type PackedEntry, packTar } from "./archives/pack.ts";
import { put } from "./files.ts";

/** A set of two classes: the contents of its files by class and name. */
export const twoClasses: Record<"train" | "val", Record<string, string>> = {
  train: {
    "n02/n02_9.JPEG": "the ninth",
    "n02/n02_10.JPEG": "the tenth",
    "n01/n01_7.JPEG": "the seventh of the first class",
  },
  val: {
    "n01/ILSVRC2012_val_00000002.JPEG": "two",
    "n02/ILSVRC2012_val_00000001.JPEG": "one",
    "n01/ILSVRC2012_val_00000003.JPEG": "three",
  },
};

/** Entries of an archive of a part, with `base` before each path. */
export function entriesOf(part: "train" | "val", base = ""): [path: string, text: string][] {
  return Object.entries(twoClasses[part]).map(([path, text]) => [base + path, text]);
}

/** Writes a part as folders. */
export async function putFolders(
  dir: string,
  part: "train" | "val",
  name: string = part,
): Promise<void> {
  for (const [path, text] of Object.entries(twoClasses[part])) {
    await put(dir, `${name}/${path}`, text);
  }
}

/** The training archive as ImageNet's is: an archive of an archive for each class. */
export async function nestedTar(): Promise<Uint8Array> {
  const inner = async (wanted: string): Promise<PackedEntry> => {
    const files = entriesOf("train").filter(([path]) => path.startsWith(`${wanted}/`));
    const bare = files.map(([path, text]) => [path.slice(4), text] as PackedEntry);
    return [`${wanted}.tar`, await packTar(...bare)];
  };
  return await packTar(await inner("n02"), await inner("n01"));
}

/** Writes the validation pictures together in one folder, without their classes. */
export async function putFlat(dir: string, folder = "val"): Promise<void> {
  for (const [path, text] of Object.entries(twoClasses.val)) {
    await put(dir, join(folder, path.split("/")[1] ?? ""), text);
  }
}

/** All of a split: name, label and contents of each picture. */
export async function readAll(split: ClassifiedSplit): Promise<[string, number, string][]> {
  const entries = Array.from({ length: split.length }, (_, i) => split.entry(i));
  return await Promise.all(entries.map(async (entry) => {
    const text = new TextDecoder().decode(await readEntry(entry));
    return [entry.name, entry.label, text] as [string, number, string];
  }));
}

/** What every layout of `twoClasses` gives. */
export const wholeSet = {
  training: [
    ["train/n01/n01_7.JPEG", 0, "the seventh of the first class"],
    ["train/n02/n02_10.JPEG", 1, "the tenth"],
    ["train/n02/n02_9.JPEG", 1, "the ninth"],
  ],
  validation: [
    ["val/n01/ILSVRC2012_val_00000002.JPEG", 0, "two"],
    ["val/n01/ILSVRC2012_val_00000003.JPEG", 0, "three"],
    ["val/n02/ILSVRC2012_val_00000001.JPEG", 1, "one"],
  ],
} as const;

/** Opens a set and reads all of it. */
export async function readSet(path: string): Promise<{ training: unknown; validation: unknown }> {
  const { training, validation } = await openClassified(path);
  return { training: await readAll(training), validation: await readAll(validation) };
}
