/**
 * Reader of PASCAL VOC's segmentation set, with its augmented masks, and of sets in its layout.
 *
 * @module
 */
import { join } from "node:path";
import { filesByStem, folderName } from "../archives/files.ts";
import { DataError } from "../errors.ts";
import { FileSplit, hashList, type ImageMaskPair } from "../masks/file_split.ts";
import { vocClasses } from "../masks/palette.ts";
import type { SegmentedDataset } from "../sample.ts";
import { type Listed, readLists } from "./lists.ts";

/** The classes, in the order of their indices; the background is one of them. */
export const vocClassNames: readonly string[] =
  ("background aeroplane bicycle bird boat bottle bus car cat chair cow diningtable dog horse motorbike " +
    "person pottedplant sheep sofa train tvmonitor").split(" ");

/** Where masks are. An image that has two takes the first, VOC's own, as mmsegmentation does. */
const maskFolders = ["SegmentationClass", "SegmentationClassAug"] as const;

/** Options of {@linkcode openVoc}. */
export interface OpenVocOptions {
  /**
   * The list of `ImageSets/Segmentation` that is trained on (default `train`), or several joined by
   * `+`, such as `train+aug`.
   */
  trainingList?: string;
}

/**
 * Opens a data set in PASCAL VOC's layout: reads its lists, `val` for validation, and finds each
 * image's mask, without decoding anything. Labels are the mask's indices 0 (background) to 20; 255
 * becomes −1 (ignored).
 *
 * @param root the set's folder, such as `VOCdevkit/VOC2012`
 * @param options the list to train on
 * @returns the set
 * @throws {DataError} if a list is missing, empty or malformed, or names an image that is not there
 *   or has no mask
 */
export async function openVoc(
  root: string,
  { trainingList = "train" }: OpenVocOptions = {},
): Promise<SegmentedDataset> {
  const files = await filesOf(root);
  const training = pairsOf(root, await readLists(root, trainingList), files);
  const validation = pairsOf(root, await readLists(root, "val"), files);
  const name = await folderName(root);
  const masks = { coding: "voc", classes: vocClasses } as const;
  return {
    name,
    root,
    ...masks,
    classNames: vocClassNames,
    training: new FileSplit(root, training, masks),
    validation: new FileSplit(root, validation, masks),
    identity: async () => ({
      name,
      classes: vocClasses,
      training: training.length,
      validation: validation.length,
      listSha256: await hashList(
        root,
        new Map([...inList("training", training), ...inList("validation", validation)]),
      ),
    }),
  };
}

/** The files of each folder, by their names without ending. */
type Files = ReadonlyMap<string, ReadonlyMap<string, string>>;

async function filesOf(root: string): Promise<Files> {
  const found = new Map<string, ReadonlyMap<string, string>>();
  for (const folder of ["JPEGImages", ...maskFolders]) {
    const endings = folder === "JPEGImages" ? /^[^.].*\.(jpe?g|png)$/i : /^[^.].*\.png$/i;
    found.set(folder, await filesByStem(join(root, folder), (name) => endings.test(name)));
  }
  return found;
}

function pairsOf(root: string, listed: readonly Listed[], files: Files): ImageMaskPair[] {
  const images = placesOf(root, "image", listed, () => ["JPEGImages"], files);
  const masks = placesOf(
    root,
    "mask",
    listed,
    ({ maskFolder }) => maskFolder === undefined ? maskFolders : [maskFolder],
    files,
  );
  return listed.map(({ name }, i) => ({ name, image: images[i]!, mask: masks[i]! }));
}

/** Where the file of each listed image is: in the first of its folders that has it. */
function placesOf(
  root: string,
  what: string,
  listed: readonly Listed[],
  foldersOf: (image: Listed) => readonly string[],
  files: Files,
): string[] {
  const lost: Listed[] = [];
  const places = listed.map((image) => {
    const folder = foldersOf(image).find((folder) => files.get(folder)!.has(image.name));
    if (folder === undefined) lost.push(image);
    return folder === undefined ? "" : `${folder}/${files.get(folder)!.get(image.name)}`;
  });
  const [first] = lost;
  if (first === undefined) return places;
  const more = lost.length > 1 ? ` (and ${lost.length - 1} more like it)` : "";
  const stem = first.name.replace(/\.\w+$/, "");
  const advice = stem !== first.name && files.get("JPEGImages")!.has(stem)
    ? `write names without an ending, as ${stem}`
    : "add the file, or take the name out of the list";
  throw new DataError(
    `Cannot read ${root} as ${first.name} (${first.place}) has no ${what} in ${
      foldersOf(first).join(" or ")
    }${more}: ${advice}`,
  );
}

/** Paths in the list that is hashed: which list an image is in counts, too. */
function inList(part: string, pairs: readonly ImageMaskPair[]): [string, string][] {
  return pairs.flatMap(({ image, mask }) =>
    [image, mask].map((path): [string, string] => [`${part}/${path}`, path])
  );
}
