import { counted, grouped } from "../ground/format.ts";
import { facts, list, note, section, strong, table } from "../report/blocks.ts";
import type { Block, Document, Fact, NumberCell, Text } from "../report/document.ts";
import { codingOf } from "../../datasets/masks/coding.ts";
import { type Finding, firstOf, itemsText } from "./findings.ts";
import { valuesOf } from "./conventions.ts";
import type { OpenedSet } from "./opened.ts";
import {
  type ClassCounts,
  countMasks,
  countPictures,
  orientationsOf,
  type SeenPart,
  sizesOf,
  type Tally,
} from "./seen.ts";

/** All that a check has found. */
export interface Checked {
  set: OpenedSet;
  parts: readonly SeenPart[];
  findings: readonly Finding[];
  /** What decoded images, in words. */
  decoders: string;
  sheet: readonly Block[];
}

/** Sizes that are shown. */
const shownSizes = 8;

/** Classes that are shown; the tables have all. */
const shownClasses = 160;

/**
 * The check as a report.
 *
 * @param short whether tables and pictures, which have files of their own, are left out
 */
export function checkDocument(checked: Checked, short = false): Document {
  const { set, findings, sheet } = checked;
  const [wrong, odd] = (["wrong", "odd"] as const)
    .map((level) => findings.filter((finding) => finding.level === level));
  return {
    title: `Data set ${set.dataset.name}`,
    kicker: "deno task data:check",
    answer: [answer(wrong!, odd!)],
    blocks: [
      ...section("What is wrong", findingBlocks(wrong!)),
      ...section("What may be meant so", findingBlocks(odd!)),
      ...section("The set", facts(setFacts(checked))),
      ...(short ? [] : section("Classes", classBlocks(checked))),
      ...(short ? [] : section("Contact sheet", sheet)),
    ],
  };
}

function answer(wrong: readonly Finding[], odd: readonly Finding[]): Text {
  const oddities = odd.length === 0 ? "" : `; ${counted(odd.length, "thing")} may be meant so`;
  if (wrong.length === 0) return [strong("Nothing is wrong"), oddities];
  return [strong(`${counted(wrong.length, "thing")} must be put right`), oddities];
}

function findingBlocks(findings: readonly Finding[]): Block[] {
  return findings.flatMap((finding) => {
    const { code, message, advice } = finding;
    const items = itemsText(finding);
    const said: Text = [strong(code), advice === "" ? `: ${message}` : `: ${message}. ${advice}`];
    return [{ kind: "text", text: said }, ...list(items)];
  });
}

function setFacts({ set, parts, decoders }: Checked): Fact[] {
  const { dataset } = set;
  const oriented = orientationsOf(parts);
  return [
    [
      "images",
      parts.map(({ name, inspection }) => `${grouped(inspection.length)} ${name}`).join(", "),
    ],
    ["classes", set.isUnnamed ? "unknown" : grouped(dataset.classes)],
    ...(set.kind === "segmented" ? [["masks", maskText(set.dataset, parts)] as Fact] : []),
    ["sizes", tallyText(sizesOf(parts), shownSizes)],
    [
      "EXIF orientations",
      oriented.length === 0 ? "none" : `${tallyText(oriented, shownSizes)}; they are not applied`,
    ],
    ["images were read by", decoders],
  ];
}

/** How masks are read, and what shows whether that is right. */
function maskText(
  dataset: Extract<OpenedSet, { kind: "segmented" }>["dataset"],
  parts: readonly SeenPart[],
): string {
  const { numbers, masks } = valuesOf(dataset, parts);
  const { name } = codingOf(dataset.coding);
  if (numbers === 0) return `read by ${name}`;
  const held = [...masks.keys()].filter((value) => masks[value]! > 0);
  return `read by ${name}; they hold values from ${held[0]} to ${held.at(-1)}, 0 in ${
    grouped(masks[0]!)
  } of ${counted(numbers, "mask")}, 255 in ${grouped(masks[255]!)}`;
}

function tallyText(tally: Tally, most: number): string {
  return firstOf(tally.map(([name, images]) => `${name} (${grouped(images)})`), most).join(", ") ||
    "none";
}

/** What each part has of each class, in the order of the labels. */
export interface ClassRow {
  name: string;
  parts: readonly { images: number; imageShare: number; pixelShare?: number }[];
}

/** The classes of a set with their shares; where nothing names them, those that masks hold. */
export function classRows({ set, parts }: Pick<Checked, "set" | "parts">): ClassRow[] {
  const { classes, classNames } = set.dataset;
  const counts = parts.map((part) =>
    set.kind === "segmented" ? countMasks(part, classes) : countPictures(part, classes)
  );
  const totals = counts.map(({ pixels }) => pixels?.reduce((sum, count) => sum + count, 0));
  const shares = (label: number) => ({ images, pixels, counted }: ClassCounts, i: number) => ({
    images: images[label]!,
    imageShare: counted === 0 ? NaN : images[label]! / counted,
    ...(pixels !== undefined && { pixelShare: pixels[label]! / totals[i]! }),
  });
  const rows = classNames.map((name, label) => ({ name, parts: counts.map(shares(label)) }));
  return set.isUnnamed ? rows.filter(({ parts }) => parts.some(({ images }) => images > 0)) : rows;
}

function classBlocks(checked: Checked): Block[] {
  const rows = classRows(checked);
  const there = checked.parts.flatMap(({ inspection }, i) => inspection.length > 0 ? [i] : []);
  const percent = (share: number | undefined, digits: number): NumberCell => ({
    value: share === undefined ? undefined : 100 * share,
    digits,
  });
  const columns = there.flatMap((i) => {
    const { name } = checked.parts[i]!;
    return [
      [`${name} images`, ({ parts }: ClassRow): NumberCell => ({
        value: parts[i]!.images,
        digits: 0,
        grouped: true,
      })] as const,
      [`% of images`, ({ parts }: ClassRow) => percent(parts[i]!.imageShare, 1)] as const,
      checked.set.kind === "segmented" &&
      ([`% of pixels`, ({ parts }: ClassRow) => percent(parts[i]!.pixelShare, 2)] as const),
    ];
  });
  const rest = rows.length - shownClasses;
  return [
    ...table("classes", rows.slice(0, shownClasses), [["class", ({ name }) => name], ...columns]),
    ...(rest > 0 ? [note(`And ${grouped(rest)} more.`)] : []),
    ...(checked.set.kind === "segmented"
      ? [
        note("Of images: those whose mask holds the class. Of pixels: those that are not ignored."),
      ]
      : []),
  ];
}
