import { basename, dirname } from "node:path";
import { DataError } from "../../datasets/errors.ts";
import { nameAt } from "../../datasets/archives/picture_list.ts";
import { listPictures } from "../../datasets/imagenet/folders.ts";
import { nearest } from "../ground/errors.ts";

/**
 * Opens a folder of a folder a class: it tells the class of a file by its name.
 *
 * @returns gives a file's class by its name; where two classes have a file of that name, by its path
 * @throws {DataError} if it is none, or a folder in it is none of the classes; when asked for a file that
 * is in none of them, or in two
 */
export async function openClassFolders(
  truth: string,
  classNames: readonly string[],
): Promise<(name: string, path: string) => number> {
  const list = await listPictures(truth);
  if (list.classNames[0] === "") {
    throw new DataError(
      `Cannot take ${truth} as truth as its pictures lie together: put each into the folder of its class`,
    );
  }
  const labels = list.classNames.map((name) => labelOf(name, classNames, truth));
  const classesOf = new Map<string, number[]>();
  const columns = list.columns();
  for (let row = 0; row < list.length; row++) {
    const [name, label] = [nameAt(columns, row), labels[columns.classes[row]!]!];
    classesOf.set(name, [...classesOf.get(name) ?? [], label]);
  }
  return (name, path) => {
    const found = classesOf.get(name) ?? [];
    const parent = basename(dirname(path));
    const label = found.length > 1 ? found.find((c) => classNames[c] === parent) : found[0];
    if (label !== undefined) return label;
    throw new DataError(
      found.length === 0
        ? `Cannot score ${path} as no folder of ${truth} has a file of its name: add it, or leave the ` +
          "image out"
        : `Cannot score ${path} as several folders of ${truth} have a file of its name: give each ` +
          "picture a name of its own",
    );
  };
}

function labelOf(name: string, classNames: readonly string[], truth: string): number {
  const label = classNames.indexOf(name);
  if (label >= 0) return label;
  const near = nearest(name, classNames);
  throw new DataError(
    `Cannot take ${truth} as truth as its folder ${name} is none of the ${classNames.length} classes ` +
      `that were trained${near === undefined ? "" : `; did you mean ${near}?`}`,
  );
}
