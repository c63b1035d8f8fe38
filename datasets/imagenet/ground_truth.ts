/**
 * Classes of pictures that are together in one folder or archive, from the lists in circulation.
 *
 * @module
 */
import { join } from "node:path";
import { lookAt, readText } from "../archives/files.ts";
import { DataError } from "../errors.ts";
import { readSynsetIds } from "./synset_ids.ts";

/** Lists of classes by file name; the first one found is used. */
const listNames = [
  "val_labels.txt",
  "LOC_val_solution.csv",
  "imagenet_2012_validation_synset_labels.txt",
  "ILSVRC2012_validation_ground_truth.txt",
  "ILSVRC2015_clsloc_validation_ground_truth.txt",
] as const;

/** Folders below the root in which ImageNet's development kits keep their lists. */
const listFolders = [
  "",
  "data",
  "ILSVRC2012_devkit_t12/data",
  "ILSVRC2014_devkit/data",
  "ILSVRC2015_devkit/data",
  "devkit/data",
] as const;

const synset = /^n\d{8}$/;
const integer = /^\d+$/;

/** The supported lists, for messages. */
const forms = `  val_labels.txt                              "FILE CLASS" a line
  LOC_val_solution.csv                        Kaggle's: "FILE,CLASS …" a line
  imagenet_2012_validation_synset_labels.txt  a class such as n01751748 a line, in the order of the files' numbers
  ILSVRC2012_validation_ground_truth.txt      an ILSVRC2012_ID a line; it needs the development kit's meta.mat, or a
                                              map_clsloc.txt with "CLASS ID" a line, beside it`;

/**
 * Finds and reads the list of classes in one of `folders`, or in a development kit's folder below
 * it.
 *
 * @param folders where to search
 * @param pictures where the pictures are, for messages
 * @returns gives the class of a picture by its file name; throws a `DataError` if the list lacks it
 * @throws {DataError} if there is no list, or it cannot be understood
 */
export async function readGroundTruth(
  folders: readonly string[],
  pictures: string,
): Promise<(name: string) => string> {
  const file = await findList(folders);
  if (file === undefined) {
    throw new DataError(
      `Cannot tell the classes of the pictures in ${pictures} as they are not in folders, and ` +
        `${folders[0]} holds no list of them: put one of these there, or the pictures into a ` +
        `folder for each class\n${forms}`,
    );
  }
  const rows = (await readText(file)).split(/\r?\n/).map((line) => line.trim().split(/[\s,]+/));
  while (rows.at(-1)?.[0] === "") rows.pop();
  if (rows[0]?.[0] === "ImageId") rows.shift();
  const words = rows.map(([word = ""]) => word);
  switch (formOf(rows, file)) {
    case "pair":
      return byName(rows, file);
    case "synset":
      return byNumber(words, file);
    case "id":
      return byNumber(await fromIds(words, file), file);
  }
}

type Form = "pair" | "synset" | "id";

/** The form that all rows have. */
function formOf(rows: readonly string[][], file: string): Form {
  const forms = rows.map(([word = "", ...more]): Form | undefined => {
    if (more.length > 0) return "pair";
    return synset.test(word) ? "synset" : integer.test(word) ? "id" : undefined;
  });
  const [form] = forms;
  const odd = forms.findIndex((other) => other === undefined || other !== form);
  if (form !== undefined && odd < 0) return form;
  throw unclear(
    file,
    odd < 0 ? "it is empty" : `its line "${rows[odd]?.join(" ")}" has another form`,
  );
}

async function findList(folders: readonly string[]): Promise<string | undefined> {
  for (const name of listNames) {
    for (const folder of folders) {
      for (const inner of listFolders) {
        const file = join(folder, inner, name);
        if ((await lookAt(file))?.isFile) return file;
      }
    }
  }
  return undefined;
}

/** `FILE CLASS`: the file with or without folders and extension. */
function byName(rows: string[][], file: string): (name: string) => string {
  const classes = new Map(rows.map(([path = "", className = ""]) => [stemOf(path), className]));
  if (rows.some(([, className = ""]) => integer.test(className))) {
    throw unclear(file, "it gives classes as numbers, for which several numberings are in use");
  }
  if (classes.size < rows.length) throw unclear(file, "it names a file twice");
  return (name) => classes.get(stemOf(name)) ?? lacks(file, name);
}

function stemOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).replace(/\.(jpe?g|png)$/i, "");
}

/** Line N is for the picture whose name ends in `_0…N`. */
function byNumber(classes: readonly string[], file: string): (name: string) => string {
  return (name) => {
    const number = Number(/_(\d{8})$/.exec(stemOf(name))?.[1] ?? NaN);
    return classes[number - 1] ?? lacks(file, name);
  };
}

async function fromIds(words: string[], file: string): Promise<string[]> {
  const synsets = await readSynsetIds(file);
  return words.map((word, i) => {
    const found = synsets.get(Number(word));
    if (found !== undefined) return found;
    throw unclear(
      file,
      `line ${i + 1} has the number ${word}, which is not in the list of synsets`,
    );
  });
}

function unclear(file: string, seen: string): DataError {
  return new DataError(`Cannot use ${file} as ${seen}: use one of these\n${forms}`);
}

function lacks(file: string, name: string): never {
  throw new DataError(
    `Cannot tell the class of ${name} as ${file} has no line for it: use the list that belongs to the ` +
      `pictures, or remove the picture`,
  );
}
