import { openAde20k } from "../../datasets/ade20k/dataset.ts";
import { mostClasses } from "../../datasets/masks/class_names.ts";
import { ade20kLayout, findAde20k, listPairs } from "../../datasets/ade20k/layout.ts";
import { type ClassifiedDataset, openClassified } from "../../datasets/classified.ts";
import { NoClassListError, NoDataSetError } from "../../datasets/errors.ts";
import {
  openSegmented,
  type OpenSegmentedOptions,
  type SegmentedDataset,
} from "../../datasets/segmented.ts";
import type { OnProblem } from "../../datasets/archives/files.ts";
import { findVoc } from "../../datasets/voc/root.ts";
import { UsageError } from "../ground/errors.ts";
import type { Finding } from "./findings.ts";
import type { DataCheckAsked } from "./options.ts";

/** A set that was opened, whatever is wrong with files of it. */
export type OpenedSet =
  & (
    | { kind: "segmented"; dataset: SegmentedDataset }
    | { kind: "classified"; dataset: ClassifiedDataset }
  )
  & {
    /** What is wrong with single files, as far as their names tell. */
    problems: string[];
    findings: Finding[];
    /** Whether nothing says how many classes there are: then each value of a mask is one. */
    isUnnamed: boolean;
  };

/** What is said of how a set is read. */
type Asked = Pick<DataCheckAsked, "labels" | "palette" | "validationShare" | "trainingList">;

/** The share that is held out of a set without parts where none is given, as an example. */
const exampleShare = 0.2;

/**
 * Opens a set in whichever layout it is.
 *
 * @param dir a folder or an archive
 * @param asked how masks are read, and what is trained on
 * @throws {DataError} if there is none, or it cannot be listed
 * @throws {UsageError} if masks' options are given for pictures without masks
 */
export async function openSet(dir: string, asked: Asked): Promise<OpenedSet> {
  const problems: string[] = [];
  const onProblem: OnProblem = ({ message }) => void problems.push(message);
  const ade20k = await findAde20k(dir);
  if (ade20k === undefined && await findVoc(dir) === undefined) {
    refuseMaskOptions(dir, asked);
    const dataset = await openPictures(dir, onProblem);
    return { kind: "classified", dataset, problems, findings: [], isUnnamed: false };
  }
  const { labels, palette, trainingList } = asked;
  const withoutParts = ade20k !== undefined && asked.validationShare === undefined &&
    !(await listPairs(ade20k, () => {})).hasPartFolders;
  const validationShare = withoutParts ? exampleShare : asked.validationShare;
  const dataset = await openMasks(dir, {
    ...(labels !== undefined && { labels }),
    ...(palette !== undefined && { palette }),
    ...(trainingList !== undefined && { trainingList }),
    ...(validationShare !== undefined && { validationShare }),
    onProblem,
  }, problems);
  const findings = withoutParts ? [noParts] : [];
  return { kind: "segmented", ...dataset, problems, findings };
}

/** A set without a list of classes is looked at all the same: the list is made of what masks hold. */
async function openMasks(
  dir: string,
  options: OpenSegmentedOptions,
  problems: string[],
): Promise<{ dataset: SegmentedDataset; isUnnamed: boolean }> {
  try {
    return { dataset: await openSegmented(dir, options), isUnnamed: false };
  } catch (error) {
    const isUnnamed = error instanceof NoClassListError && await findAde20k(dir) !== undefined;
    if (!isUnnamed) throw error;
    problems.length = 0; // they come anew
    const { trainingList: _, ...others } = options;
    return { dataset: await openAde20k(dir, { ...others, classes: mostClasses }), isUnnamed };
  }
}

/** Where there is no set, both kinds of sets are told: which one was meant is not known. */
async function openPictures(dir: string, onProblem: OnProblem): Promise<ClassifiedDataset> {
  try {
    return await openClassified(dir, { onProblem });
  } catch (error) {
    if (!(error instanceof NoDataSetError)) throw error;
    throw new NoDataSetError(
      `${error.message}\nor, of images with masks, ROOT of\n  ${ade20kLayout}\nor of PASCAL VOC's`,
      { cause: error },
    );
  }
}

const noParts: Finding = {
  level: "odd",
  code: "no-parts",
  message: "There are no folders of training and validation images",
  advice:
    `It was checked with --validation-share ${exampleShare}, and is trained on with that option`,
  items: [],
};

function refuseMaskOptions(dir: string, asked: Asked): void {
  const given = (["labels", "palette", "validationShare", "trainingList"] as const)
    .find((key) => asked[key] !== undefined);
  if (given === undefined) return;
  const name = given.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new UsageError(
    `Cannot check ${dir} with --${name} as there are no masks: it holds neither images nor JPEGImages, and ` +
      "is read as pictures in classes; leave the option out, or give the folder that holds images",
  );
}
