/**
 * What is odd about a data set's masks. Pure functions of what was counted.
 *
 * @module
 */
import { DataError } from "../../datasets/errors.ts";
import type { LabelCounts } from "../../datasets/label_counts.ts";
import { codingOf } from "../../datasets/masks/coding.ts";
import type { OrientedImage } from "../../datasets/oriented_images.ts";
import type { MaskCoding } from "../../datasets/sample.ts";
import type { UnseenLabels } from "../../datasets/unseen_labels.ts";
import { counted, fixed, grouped } from "../ground/format.ts";
import type { Warning } from "../record/mod.ts";

/** What was counted. */
export interface LabelEvidence {
  coding: MaskCoding;
  classNames: readonly string[];
  /** What the validation masks hold. */
  counts: LabelCounts;
  /** Their classes that no training mask holds, and how many training masks were read. */
  unseen: UnseenLabels;
  trainingMasks: number;
  /** Training images with an EXIF orientation, and how many were read. */
  training: { oriented: readonly OrientedImage[]; looked: number };
}

/** More names than these say no more. */
const mostNames = 10;

/** A larger share of ignored pixels is no border between objects: it may be a class. */
const largeIgnored = 0.2;

/** Where more than this is ignored, scores tell of a small part of the images. */
const mostlyIgnored = 0.5;

/**
 * Warnings about labels: classes that no validation mask holds, or no training mask, much that is
 * ignored, images that viewers show turned.
 *
 * @returns one warning for each code at most
 */
export function labelWarnings(evidence: LabelEvidence): Warning[] {
  return [
    ...unusedClasses(evidence),
    ...ignoredPixels(evidence),
    ...validationOnly(evidence),
    ...orientedImages(evidence),
  ];
}

/**
 * A set of one class is no task; most often its masks count classes from 0, which means ignored here.
 *
 * @throws {DataError} if the validation masks hold one class alone, or none
 */
export function checkHeld(
  { root, coding, classNames }: {
    root: string;
    coding: MaskCoding;
    classNames: readonly string[];
  },
  counts: LabelCounts,
): void {
  const held = classNames.flatMap((_, label) => counts.pixels[label] ? [label] : []);
  if (held.length > 1) return;
  const share = `${fixed(100 * ignoredShare(counts), 1)} %`;
  const what = held.length === 0
    ? "no class"
    : `the class ${named(held, classNames, coding)} alone`;
  const { ignored } = codingOf(coding);
  const rest = ignored === undefined
    ? "none of their pixels can be ignored"
    : `${share} of their pixels are ${ignored}, which means ignored`;
  throw new DataError(
    `Cannot segment ${root} as its validation masks hold ${what}, and ${rest}: ${
      adviceOf(coding).add
    }`,
  );
}

/** What to do about masks of one class, about classes that none holds, and about much that is ignored. */
interface Advice {
  add: string;
  unused: string;
  ignored: string;
}

const otherImages: Advice = {
  add: "add validation images of other classes",
  unused:
    "What is not shown is not scored: hold out images of every class, or take the class out " +
    "of the list",
  ignored: "Scores tell of the rest alone",
};

const fromOne: Advice = {
  add: "classes count from 1. Where yours count from 0, give --labels from-zero, or " +
    "from-zero,255-ignored where 255 is ignored; else add validation images of other classes",
  unused:
    "A mask's 0 means ignored, and classes count from 1: where yours count from 0, each class " +
    "takes the name of the one before it, and you must give --labels from-zero (or " +
    "from-zero,255-ignored); else hold out images of every class, or take the class out of the list",
  ignored: "Scores tell of the rest alone; where 0 is a class of yours, give --labels from-zero",
};

const ofVoc: Advice = {
  add: "add validation images of other classes to val.txt",
  unused: "What is not shown is not scored: list images of every class in val.txt",
  ignored: "Scores tell of the rest alone",
};

/** Only of masks whose 0 means ignored can be said that they may count from 0. */
function adviceOf(coding: MaskCoding): Advice {
  return coding === "ade20k" ? fromOne : coding === "voc" ? ofVoc : otherImages;
}

function unusedClasses({ coding, classNames, counts }: LabelEvidence): Warning[] {
  const unused = classNames.flatMap((_, label) => counts.pixels[label] ? [] : [label]);
  if (!isTelling(unused, classNames.length, counts, coding)) return [];
  const ignored = 100 * ignoredShare(counts);
  return [{
    code: "unused-classes",
    message:
      `No validation mask holds ${named(unused, classNames, coding)} of the ${classNames.length} ` +
      `classes; ${fixed(ignored, 1)} % of the pixels are ignored`,
    advice: adviceOf(coding).unused,
  }];
}

/**
 * Few masks of many classes lack some by chance. As many masks as classes hardly do; the last class alone, or with
 * much that is ignored, is missing where masks count from 0 and should not.
 */
function isTelling(
  unused: readonly number[],
  classes: number,
  counts: LabelCounts,
  coding: MaskCoding,
): boolean {
  const lacksLast = codingOf(coding).first === 1 && unused.at(-1) === classes - 1;
  return unused.length > 0 &&
    (counts.masks >= classes ||
      (lacksLast && (unused.length === 1 || ignoredShare(counts) >= largeIgnored)));
}

function ignoredPixels({ coding, counts }: LabelEvidence): Warning[] {
  const share = ignoredShare(counts);
  if (share <= mostlyIgnored) return [];
  return [{
    code: "mostly-ignored",
    message: `${fixed(100 * share, 1)} % of the pixels of the validation masks are ${
      codingOf(coding).ignored
    }, which means ignored`,
    advice: adviceOf(coding).ignored,
  }];
}

function validationOnly({ coding, classNames, unseen, trainingMasks }: LabelEvidence): Warning[] {
  const { labels, masks } = unseen;
  if (labels.length === 0) return [];
  const looked = masks < trainingMasks
    ? `None of ${grouped(masks)} of the ${grouped(trainingMasks)} training masks holds`
    : "No training mask holds";
  return [{
    code: "validation-only-classes",
    message: `${looked} ${named(labels, classNames, coding)}, and validation masks do`,
    advice:
      "What is never shown is not learnt, and counts 0 in the mIoU: divide the images anew, so " +
      "that both parts have every class",
  }];
}

function orientedImages({ counts, training }: LabelEvidence): Warning[] {
  const [first, second] = [...counts.oriented, ...training.oriented];
  if (first === undefined) return [];
  const parts = [
    ...share(counts.oriented, counts.masks, "validation image"),
    ...share(training.oriented, training.looked, "training image"),
  ];
  const verb = second === undefined ? "has" : "have";
  return [{
    code: "exif-orientation",
    message: `${parts.join(" and ")} ${verb} an EXIF orientation, such as ${first.name} ` +
      `(${first.orientation}), and it is not applied`,
    advice:
      "See whether their masks fit the pixels as they are stored: viewers and most tools turn the " +
      "picture. In Python, ImageOps.exif_transpose(Image.open(f)) turns it for good",
  }];
}

function share(oriented: readonly OrientedImage[], of: number, noun: string): string[] {
  return oriented.length === 0 ? [] : [`${grouped(oriented.length)} of ${counted(of, noun)}`];
}

function ignoredShare({ pixels, ignored }: LabelCounts): number {
  return ignored / (ignored + pixels.reduce((sum, count) => sum + count, 0));
}

function named(
  labels: readonly number[],
  classNames: readonly string[],
  coding: MaskCoding,
): string {
  const { first } = codingOf(coding);
  const value = (label: number) => typeof coding === "object" ? "" : ` (${first + label})`;
  const names = labels.slice(0, mostNames).map((label) => `"${classNames[label]}"${value(label)}`);
  const more = labels.length - names.length;
  return more > 0 ? `${names.join(", ")} and ${more} more` : names.join(", ");
}
