import { DataError } from "../../datasets/errors.ts";
import type { SegmentedDataset } from "../../datasets/sample.ts";
import { checkHeld, labelWarnings } from "../tasks/label_warnings.ts";
import { unevenShare } from "../tasks/vision_data.ts";
import { conventionFindings, unnamedFindings } from "./conventions.ts";
import type { Finding } from "./findings.ts";
import { type ClassCounts, countMasks, type SeenPart } from "./seen.ts";

/** What is wrong or odd about what masks hold. */
export async function maskFindings(
  { dataset, isUnnamed }: { dataset: SegmentedDataset; isUnnamed: boolean },
  parts: readonly SeenPart[],
): Promise<Finding[]> {
  if (isUnnamed) return await unnamedFindings(dataset, parts);
  return [...await conventionFindings(dataset, parts), ...classFindings(dataset, parts)];
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
    const sentence = advice.charAt(0).toUpperCase() + advice.slice(1);
    found.push({ level: "wrong", code: "one-class", message, advice: sentence, items: [] });
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
    ...[...warnings, ...unevenShare(dataset)].map(({ code, message, advice }): Finding => ({
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
