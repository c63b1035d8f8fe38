/**
 * Reader of PASCAL VOC's segmentation set, with its augmented masks, and of sets in its layout.
 *
 * @module
 */
import { join } from "node:path";
import { filesByStem, type OnProblem, throwProblem } from "../archives/files.ts";
import { DataError } from "../errors.ts";
import { askedCoding, codingLines, type SetOptions } from "../masks/asked.ts";
import { checkPaletteNames, readClassNames } from "../masks/class_names.ts";
import type { ImageMaskPair } from "../masks/file_split.ts";
import { divided, type Parts } from "../masks/held_out.ts";
import { segmentedSet } from "../masks/segmented_set.ts";
import type { SegmentedDataset } from "../sample.ts";
import { hasList, type Listed, readLists } from "./lists.ts";

/** The classes, in the order of their indices; the background is one of them. */
export const vocClassNames: readonly string[] =
  ("background aeroplane bicycle bird boat bottle bus car cat chair cow diningtable dog horse motorbike " +
    "person pottedplant sheep sofa train tvmonitor").split(" ");

/** Where masks are. An image that has two takes the first, VOC's own, as mmsegmentation does. */
const maskFolders = ["SegmentationClass", "SegmentationClassAug"] as const;

/** Options of {@linkcode openVoc}. */
export interface OpenVocOptions extends SetOptions {
  /**
   * The list of `ImageSets/Segmentation` that is trained on (default `train`), or several joined by
   * `+`, such as `train+aug`.
   */
  trainingList?: string;
}

/**
 * Opens a data set in PASCAL VOC's layout: reads its lists, `val` for validation, and finds each
 * image's mask, without decoding anything. Labels are the mask's indices 0 (background) to 20; 255
 * becomes −1 (ignored), unless a convention of numbers or a palette is asked for: then the classes are
 * those of `classes.txt` or of the palette.
 *
 * @param root the set's folder, such as `VOCdevkit/VOC2012`
 * @param options the list to train on, how masks are read, and what is held out where there is no
 *   list `val`
 * @returns the set
 * @throws {DataError} if a list is missing, empty or malformed, or names an image that is not there
 *   or has no mask, or a share to hold out is given beside a list `val`
 * @throws {RangeError} if that share is not between 0 and 1
 */
export async function openVoc(
  root: string,
  options: OpenVocOptions = {},
): Promise<SegmentedDataset> {
  const asked = await askedCoding(options);
  const parts = await partsOf(root, options);
  const usual = "voc";
  const { coding = usual } = asked ?? {};
  if (asked?.classNames !== undefined) await checkPaletteNames(root, asked.classNames);
  return await segmentedSet({
    root,
    ...parts,
    coding,
    classNames: asked?.classNames ??
      (coding === usual ? vocClassNames : await readClassNames(root, undefined, false)),
    validationShare: options.validationShare,
    pilotShare: options.pilotShare,
    hasPartFolders: false,
    codingLines: codingLines(coding, usual),
  });
}

/** The images of each part, by lists or by a share of the list that is trained on. */
async function partsOf(
  root: string,
  options: OpenVocOptions,
): Promise<Parts<ImageMaskPair>> {
  const { trainingList = "train", validationShare, pilotShare, onProblem = throwProblem } = options;
  const isDivided = validationShare !== undefined;
  if (isDivided && await hasList(root, "val")) {
    throw new DataError(
      `Cannot hold out a share of ${validationShare} of ${root} as its list val.txt says what is held out: leave ` +
        "validationShare (--validation-share) out, or remove that list",
    );
  }
  const files = await filesOf(root, onProblem);
  const pairs = async (list: string) =>
    pairsOf(root, await readLists(root, list), files, onProblem);
  const training = await pairs(trainingList);
  if (isDivided) return divided(root, training, validationShare);
  if (pilotShare !== undefined) {
    await checkApart(root, trainingList, training);
    return { training, validation: [] };
  }
  return { training, validation: await pairs("val") };
}

/** Fails where a pilot would train, or be evaluated, on images that are reported on. */
async function checkApart(
  root: string,
  trainingList: string,
  training: readonly ImageMaskPair[],
): Promise<void> {
  if (!await hasList(root, "val")) return;
  const reported = new Set((await readLists(root, "val")).map(({ name }) => name));
  const shared = training.filter(({ name }) => reported.has(name)).length;
  if (shared === 0) return;
  throw new DataError(
    `Cannot take a pilot of the list ${trainingList} of ${root} as ${shared} of its ${training.length} images ` +
      "are listed in val.txt, which a pilot leaves alone: choose a list without them, such as train, by " +
      "trainingList (--set trainingList=train), or leave pilotShare (--pilot-share) out",
  );
}

/** The files of each folder, by their names without ending. */
type Files = ReadonlyMap<string, ReadonlyMap<string, string>>;

async function filesOf(root: string, onProblem: OnProblem): Promise<Files> {
  const found = new Map<string, ReadonlyMap<string, string>>();
  for (const folder of ["JPEGImages", ...maskFolders]) {
    const endings = folder === "JPEGImages" ? /^[^.].*\.(jpe?g|png)$/i : /^[^.].*\.png$/i;
    const isWanted = (name: string) => endings.test(name);
    found.set(folder, await filesByStem(join(root, folder), isWanted, onProblem));
  }
  return found;
}

function pairsOf(
  root: string,
  listed: readonly Listed[],
  files: Files,
  onProblem: OnProblem,
): ImageMaskPair[] {
  const where = { root, listed, files, onProblem };
  const images = placesOf(where, "image", () => ["JPEGImages"]);
  const masks = placesOf(
    where,
    "mask",
    ({ maskFolder }) => maskFolder === undefined ? maskFolders : [maskFolder],
  );
  return listed.flatMap(({ name }, i) => {
    const [image, mask] = [images[i], masks[i]];
    return image === undefined || mask === undefined ? [] : [{ name, image, mask }];
  });
}

/** Where the file of each listed image is: in the first of its folders that has it. */
function placesOf(
  { root, listed, files, onProblem }: {
    root: string;
    listed: readonly Listed[];
    files: Files;
    onProblem: OnProblem;
  },
  what: string,
  foldersOf: (image: Listed) => readonly string[],
): (string | undefined)[] {
  const places = listed.map((image) => {
    const folder = foldersOf(image).find((folder) => files.get(folder)!.has(image.name));
    return folder === undefined ? undefined : `${folder}/${files.get(folder)!.get(image.name)}`;
  });
  const lost = listed.filter((_, i) => places[i] === undefined);
  for (const [i, image] of lost.entries()) {
    const left = lost.length - 1 - i;
    const more = onProblem === throwProblem && left > 0 ? ` (and ${left} more like it)` : "";
    const stem = image.name.replace(/\.\w+$/, "");
    const advice = stem !== image.name && files.get("JPEGImages")!.has(stem)
      ? `write names without an ending, as ${stem}`
      : "add the file, or take the name out of the list";
    onProblem(
      new DataError(
        `Cannot read ${root} as ${image.name} (${image.place}) has no ${what} in ${
          foldersOf(image).join(" or ")
        }${more}: ${advice}`,
      ),
    );
  }
  return places;
}
