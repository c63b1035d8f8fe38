import { DataError } from "../../datasets/errors.ts";
import { codingOf } from "../../datasets/masks/coding.ts";
import { fittingConventions, meaningOf } from "../../datasets/masks/numbered_labels.ts";
import type { SegmentedDataset } from "../../datasets/segmented.ts";
import { checkHeld, labelWarnings } from "../tasks/label_warnings.ts";
import { counted, grouped } from "../ground/format.ts";
import type { Finding } from "./findings.ts";
import { type ClassCounts, countMasks, type SeenPart } from "./seen.ts";

/** What is wrong or odd about what masks hold. */
export function maskFindings(dataset: SegmentedDataset, parts: readonly SeenPart[]): Finding[] {
  return [...conventionFindings(dataset, parts), ...classFindings(dataset, parts)];
}

/** What the masks of a set hold as numbers, whatever these mean. */
export interface MaskValues {
  /** How many masks hold each value, by the value. */
  masks: Uint32Array;
  /** Masks of numbers, of colours, and of 0 and 255 alone. */
  numbers: number;
  colours: string[];
  twoValued: string[];
}

/** Sums up what masks hold. */
export function valuesOf(parts: readonly SeenPart[]): MaskValues {
  const found: MaskValues = {
    masks: new Uint32Array(256),
    numbers: 0,
    colours: [],
    twoValued: [],
  };
  for (const { inspection, entry } of parts) {
    for (let i = 0; i < inspection.length; i++) {
      const { form, values } = inspection.row(i);
      const file = () => (entry(i) as { mask: string }).mask;
      if (form === "colours") found.colours.push(file());
      if (form !== "numbers") continue;
      found.numbers++;
      for (const value of values) found.masks[value]!++;
      if (values.includes(255) && values.every((value) => value === 0 || value === 255)) {
        found.twoValued.push(file());
      }
    }
  }
  return found;
}

/** Whether masks may follow another convention than the one that they are read by. */
function conventionFindings(
  { coding, classes }: SegmentedDataset,
  parts: readonly SeenPart[],
): Finding[] {
  if (typeof coding !== "string" || coding === "voc") return []; // colours, which don't lie
  const { masks, numbers, colours, twoValued } = valuesOf(parts);
  const { name, first } = codingOf(coding);
  const held = [...masks.keys()].filter((value) => masks[value]! > 0);
  const fitting = fittingConventions(held, classes);
  const current = coding === "ade20k" ? "zero-is-ignored" : coding;
  const contradicts = held.length > 0 && !fitting.includes(current);
  const without = held.filter((value) => !fittingConventions([value], classes).includes(current));
  const allTwoValued = numbers > 0 && twoValued.length === numbers;
  return [
    ...(colours.length > 0 ? [coloured(colours)] : []),
    ...(twoValued.length > 0 ? [blackAndWhite(twoValued, numbers)] : []),
    ...(contradicts && !allTwoValued
      ? [{
        level: "wrong" as const,
        code: "convention",
        message: `Masks hold values without a meaning under --labels ${name} (${
          meaningOf(current, classes)
        }): ${
          without.map((value) => `${value} in ${counted(masks[value]!, "mask")}`).slice(0, 12).join(
            ", ",
          )
        }`,
        advice: fitting.length === 0
          ? "No convention fits all: correct these masks, or the number of classes"
          : `All masks fit --labels ${fitting.join(" or ")} (${meaningOf(fitting[0]!, classes)})`,
        items: [],
      }]
      : []),
    ...(!contradicts && first === 0 && numbers > 0 && masks[0] === 0
      ? [zeroNever(fitting.includes("zero-is-ignored"))]
      : []),
    ...(!contradicts && first === 1 && lacksLast(masks, numbers, classes)
      ? [zeroAlways(classes, fitting.filter((other) => other !== current))]
      : []),
  ];
}

/**
 * Whether all masks hold 0 and none the last class, and that is no chance: all others are there, or
 * there are as many masks as classes.
 */
function lacksLast(masks: Uint32Array, numbers: number, classes: number): boolean {
  if (numbers === 0 || masks[0] !== numbers || masks[classes] !== 0) return false;
  return numbers >= classes || masks.subarray(1, classes).every((count) => count > 0);
}

function coloured(files: string[]): Finding {
  return {
    level: "wrong",
    code: "masks-in-colours",
    message: `${counted(files.length, "mask")} are RGB: their colours may be the classes`,
    advice: "Say which colour is which class by --palette FILE, `r g b name` a line",
    items: files,
  };
}

function blackAndWhite(files: string[], all: number): Finding {
  return {
    level: "wrong",
    code: "two-valued",
    message: `${grouped(files.length)} of ${counted(all, "mask")} hold 0 and 255 alone`,
    advice:
      "Where white is a class, give --palette FILE with the lines 0 0 0 NAME and 255 255 255 NAME",
    items: files,
  };
}

function zeroNever(fits: boolean): Finding {
  return {
    level: "odd",
    code: "label-zero-never",
    message: "No mask holds 0, the first class",
    advice: `Classes may count from 1${fits ? ": all masks fit --labels zero-is-ignored" : ""}`,
    items: [],
  };
}

function zeroAlways(classes: number, others: readonly string[]): Finding {
  return {
    level: "odd",
    code: "label-zero-always",
    message: `Every mask holds 0, which is ignored, and none holds ${classes}, the last class`,
    advice: others.length === 0
      ? "See whether 0 is a class of yours"
      : `Classes may count from 0: all masks fit --labels ${others.join(" or ")}`,
    items: [],
  };
}

/** What training would warn of, or refuse: the same words. */
function classFindings(dataset: SegmentedDataset, parts: readonly SeenPart[]): Finding[] {
  const { coding, classNames, classes } = dataset;
  const [training, validation] = parts.map((part) => countMasks(part, classes));
  if (validation === undefined || validation.counted === 0) return [];
  const counts = labelCounts(validation, parts[1]!);
  const found: Finding[] = [];
  try {
    checkHeld(dataset, counts);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    const [message = "", advice = ""] = error.message.split(/: (.*)/s);
    found.push({ level: "wrong", code: "one-class", message, advice, items: [] });
  }
  const isSeen = training !== undefined && training.counted > 0;
  const warnings = labelWarnings({
    coding,
    classNames,
    counts,
    unseen: {
      labels: isSeen
        ? classNames.flatMap((_, label) =>
          validation.pixels![label]! > 0 && training.pixels![label] === 0 ? [label] : []
        )
        : [],
      masks: training?.counted ?? 0,
    },
    trainingMasks: training?.counted ?? 0,
    training: { oriented: oriented(parts[0]!), looked: parts[0]!.inspection.length },
  });
  const wrong = new Set(["validation-only-classes"]);
  return [
    ...found,
    ...warnings.map(({ code, message, advice }): Finding => ({
      level: wrong.has(code) ? "wrong" : "odd",
      code,
      message,
      advice,
      items: code === "exif-orientation" ? orientedItems(parts) : [],
    })),
  ];
}

function labelCounts({ pixels, ignored, counted }: ClassCounts, part: SeenPart) {
  return {
    masks: counted,
    pixels: pixels!,
    ignored,
    resized: pixels!, // not asked for
    oriented: oriented(part),
  };
}

function oriented({ inspection, entry }: SeenPart) {
  return Array.from({ length: inspection.length }, (_, i) => inspection.row(i).orientation)
    .flatMap((orientation, i) => orientation > 1 ? [{ name: entry(i).name, orientation }] : []);
}

function orientedItems(parts: readonly SeenPart[]): string[] {
  return parts.flatMap((part) =>
    oriented(part).map(({ name, orientation }) => `${part.name} ${name}: ${orientation}`)
  );
}
