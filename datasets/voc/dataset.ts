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
  const [lists, files] = [[trainingList, "val"], await filesOf(root)];
  const [training, validation] = await Promise.all(
    lists.map(async (list) => pairsOf(root, await readLists(root, list), files)),
  ) as [ImageMaskPair[], ImageMaskPair[]];
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

/** A folder's files by their names without ending. */
type Files = ReadonlyMap<string, ReadonlyMap<string, string>>;

async function filesOf(root: string): Promise<Files> {
  const ending = (endings: RegExp) => (name: string) => !name.startsWith(".") && endings.test(name);
  const folders = [
    ["JPEGImages", /\.(jpe?g|png)$/i],
    ...maskFolders.map((folder) => [folder, /\.png$/i] as const),
  ] as const;
  return new Map(
    await Promise.all(
      folders.map(async ([folder, endings]) =>
        [folder, await filesByStem(join(root, folder), ending(endings))] as const
      ),
    ),
  );
}

function pairsOf(root: string, listed: readonly Listed[], files: Files): ImageMaskPair[] {
  const find = ({ name }: Listed, folders: readonly string[]) => {
    const folder = folders.find((folder) => files.get(folder)?.has(name));
    return folder && `${folder}/${files.get(folder)!.get(name)}`;
  };
  const pairs = listed.map((image) => ({
    image: find(image, ["JPEGImages"]),
    mask: find(image, image.maskFolder === undefined ? maskFolders : [image.maskFolder]),
  }));
  checkFound(root, listed.filter((_, i) => pairs[i]!.image === undefined), "image in JPEGImages");
  const folders =
    listed.find(({ maskFolder }, i) => pairs[i]!.mask === undefined && maskFolder !== undefined)
      ?.maskFolder ?? maskFolders.join(" or ");
  checkFound(root, listed.filter((_, i) => pairs[i]!.mask === undefined), `mask in ${folders}`);
  return pairs.map(({ image, mask }, i) => ({ name: listed[i]!.name, image: image!, mask: mask! }));
}

function checkFound(root: string, lost: readonly Listed[], what: string): void {
  const [first] = lost;
  if (first === undefined) return;
  const more = lost.length > 1 ? ` (and ${lost.length - 1} more like it)` : "";
  throw new DataError(
    `Cannot read ${root} as ${first.name} (${first.place}) has no ${what}${more}: add the file, or take ` +
      "the name out of the list",
  );
}

/** Paths in the list that is hashed: which list an image is in counts, too. */
function inList(part: string, pairs: readonly ImageMaskPair[]): [string, string][] {
  return pairs.flatMap(({ image, mask }) =>
    [image, mask].map((path): [string, string] => [`${part}/${path}`, path])
  );
}
