/**
 * Reads PASCAL VOC's lists of images.
 *
 * @module
 */
import { join } from "node:path";
import { filesByStem, lookAt, readText } from "../archives/files.ts";
import { DataError } from "../errors.ts";

/** Where the lists are, below the root. */
const folder = "ImageSets/Segmentation";

/** An image that a list names. */
export interface Listed {
  /** The image's name, without its ending. */
  name: string;
  /** The folder of its mask, where the list says so. */
  maskFolder?: string;
  /** Where it stands, for messages. */
  place: string;
}

/** A line with two paths, as in the lists that came with the augmented set. */
const paths =
  /^\/?(?:VOC\d{4}\/)?JPEGImages\/([^\s/]+)\.jpe?g\s+\/?(?:VOC\d{4}\/)?(SegmentationClass(?:Aug)?)\/\1\.png$/;

/**
 * Reads the lists whose names `which` gives, joined by `+`, from `ImageSets/Segmentation`. A line
 * is an image's name, or the paths of the image and its mask. An image of several lists is taken
 * once, as the first has it.
 *
 * @param root the data set's folder
 * @param which such as `train`, `trainaug` or `train+aug`
 * @returns the images, sorted by name
 * @throws {DataError} if a list is missing or empty, names an image twice, or has another line
 */
export async function readLists(root: string, which: string): Promise<Listed[]> {
  const there = await filesByStem(join(root, folder), (name) => /^[^.].*\.txt$/.test(name));
  if (there.size === 0) {
    throw new DataError(
      `Cannot read a data set from ${root} as it is in PASCAL VOC's layout and has no lists: add ` +
        `${folder}/train.txt and ${folder}/val.txt, with an image's name a line`,
    );
  }
  const all = new Map<string, Listed>();
  for (const list of which.split("+").map((part) => part.trim())) {
    const file = there.get(list);
    if (file === undefined) throw missing(root, list, there);
    for (const image of await readList(root, file)) {
      if (!all.has(image.name)) all.set(image.name, image);
    }
  }
  return [...all.values()].sort((a, b) => a.name < b.name ? -1 : 1);
}

/**
 * Whether a set has a list of that name.
 *
 * @param root the data set's folder
 * @param list its name, without an ending
 * @returns whether it is there
 */
export async function hasList(root: string, list: string): Promise<boolean> {
  return await lookAt(join(root, folder, `${list}.txt`)) !== undefined;
}

function missing(root: string, list: string, there: ReadonlyMap<string, string>): DataError {
  const names = [...there.keys()].sort().join(", ");
  const wanted = list === "" ? "a list without a name" : `${list}.txt`;
  return new DataError(
    `Cannot read a data set from ${root} as ${wanted} is not in its ${folder}, where there are ` +
      `${names}: ${
        list === "val"
          ? "add it, as it lists the images to evaluate on, or hold a share of the others out by " +
            "validationShare (--validation-share 0.2)"
          : "choose one of these, or several joined by +, by trainingList (--set trainingList=NAME)"
      }`,
  );
}

async function readList(root: string, file: string): Promise<Listed[]> {
  const path = join(root, folder, file);
  const images = new Map<string, Listed>();
  for (const [i, text] of (await readText(path)).split("\n").entries()) {
    const line = text.trim();
    if (line === "") continue;
    const image = parseLine(line, `${file}, line ${i + 1}`, path);
    const other = images.get(image.name);
    if (other !== undefined) {
      throw new DataError(
        `Cannot read ${path} as it names ${image.name} twice, in ${other.place} and ${image.place}: ` +
          "name each image once",
      );
    }
    images.set(image.name, image);
  }
  if (images.size === 0) {
    throw new DataError(
      `Cannot use ${path} as it names no image: write an image's name a line, or use another list`,
    );
  }
  return [...images.values()];
}

function parseLine(line: string, place: string, path: string): Listed {
  const [, name, maskFolder] = paths.exec(line) ?? [];
  if (name !== undefined && maskFolder !== undefined) return { name, maskFolder, place };
  if (/^[^\s/\\]+$/.test(line)) return { name: line, place };
  throw new DataError(
    `Cannot read ${path} as "${line}" (${place}) is neither an image's name nor the paths of an image and ` +
      `its mask (JPEGImages/NAME.jpg SegmentationClassAug/NAME.png): write a name a line; lists of other ` +
      `folders of ImageSets, such as Main, do not serve`,
  );
}
