/**
 * Whether masks follow the convention that they are read by.
 *
 * @module
 */
import type { InspectionRow } from "../../datasets/inspection_row.ts";
import { codingOf } from "../../datasets/masks/coding.ts";
import { fittingConventions, meaningOf } from "../../datasets/masks/numbered_labels.ts";
import type { LabelConvention, MaskCoding, SegmentedDataset } from "../../datasets/sample.ts";
import { counted } from "../ground/format.ts";
import { type Finding, firstOf } from "./findings.ts";
import { formFindings, type MaskValues } from "./mask_forms.ts";
import type { SeenPart } from "./seen.ts";

/** Sums up what masks hold, where they are read as numbers. */
export function valuesOf({ coding, classes }: Masks, parts: readonly SeenPart[]): MaskValues {
  const masks = new Uint32Array(256);
  const found: MaskValues = { masks, numbers: 0, twoValued: 0, colours: [], contradicting: [] };
  const meant = meaningful(coding, classes);
  for (const { inspection, entry } of parts) {
    for (let i = 0; i < inspection.length; i++) {
      const { form, values } = inspection.row(i);
      const file = () => (entry(i) as { mask: string }).mask;
      if (form === "colours") found.colours.push(file());
      if (form !== "numbers") continue;
      found.numbers++;
      for (const value of values) masks[value]!++;
      if (values.some((value) => !meant.has(value))) found.contradicting.push(file());
      found.twoValued += Number(
        values.includes(255) && values.every((value) => value === 0 || value === 255),
      );
    }
  }
  return found;
}

type Masks = Pick<SegmentedDataset, "coding" | "classes">;

/** The values that mean something; none where masks are not read as numbers. */
function meaningful(coding: MaskCoding, classes: number): ReadonlySet<number> {
  const convention = conventionOf(coding);
  return new Set(
    [...Array(256).keys()].filter((value) =>
      convention !== undefined && fittingConventions([value], classes).includes(convention)
    ),
  );
}

/** The convention that masks are read by; none where their colours count, which don't lie. */
function conventionOf(coding: MaskCoding): LabelConvention | undefined {
  if (typeof coding !== "string" || coding === "voc") return undefined;
  return coding === "ade20k" ? "zero-is-ignored" : coding;
}

/**
 * Whether a mask's problem is one of the convention, which is told once for the set.
 *
 * @param row what was seen of the mask
 */
export function isOfConvention(row: InspectionRow, { coding, classes }: Masks): boolean {
  const convention = conventionOf(coding);
  if (convention === undefined) return false;
  return row.form === "colours" ||
    (row.form === "numbers" && !fittingConventions(row.values, classes).includes(convention));
}

/** Whether masks may follow another convention than the one that they are read by. */
export async function conventionFindings(
  dataset: SegmentedDataset,
  parts: readonly SeenPart[],
): Promise<Finding[]> {
  const current = conventionOf(dataset.coding);
  if (current === undefined) return [];
  const { classes } = dataset;
  const values = valuesOf(dataset, parts);
  const { masks, numbers, twoValued, contradicting } = values;
  const { first } = codingOf(dataset.coding);
  const fitting = fittingConventions(heldIn(masks), classes);
  const found = await formFindings(values);
  if (twoValued === numbers) return found;
  if (contradicting.length > 0) {
    found.push(contradiction(current, { masks, contradicting }, classes));
  } else if (first === 0 && masks[0] === 0) {
    found.push(zeroNever(fitting.includes("zero-is-ignored")));
  } else if (first === 1 && lacksLast(masks, numbers, classes)) {
    found.push(zeroAlways(classes, fitting.filter((other) => other !== current)));
  }
  return found;
}

/** What masks hold where nothing says how many classes there are. */
export async function unnamedFindings(
  dataset: SegmentedDataset,
  parts: readonly SeenPart[],
): Promise<Finding[]> {
  const values = valuesOf(dataset, parts);
  const held = firstOf(heldIn(values.masks).map(String), shownValues).join(", ");
  return [{
    level: "wrong",
    code: "no-classes",
    message: "There is no classes.txt that says how many classes masks have" +
      (held === "" ? "" : `. They hold ${held}`),
    advice:
      "Write the classes' names into one, a name a line; of masks in colours, give a palette " +
      "(--palette FILE), which names the classes",
    items: [],
  }, ...await formFindings(values)];
}

/** Values that a finding names. */
const shownValues = 12;

function contradiction(
  current: LabelConvention,
  { masks, contradicting }: Pick<MaskValues, "masks" | "contradicting">,
  classes: number,
): Finding {
  const held = heldIn(masks);
  const fitting = fittingConventions(held, classes);
  const without = held
    .filter((value) => !fittingConventions([value], classes).includes(current))
    .map((value) => `${value} in ${counted(masks[value]!, "mask")}`);
  return {
    level: "wrong",
    code: "convention",
    message: `Masks hold values without a meaning under --labels ${current} (${
      meaningOf(current, classes)
    }): ${firstOf(without, shownValues).join(", ")}`,
    advice: fitting.length === 0
      ? "No convention fits all: correct these masks, or the number of classes"
      : `All masks fit --labels ${fitting.join(" or ")} (${meaningOf(fitting[0]!, classes)})`,
    items: contradicting,
  };
}

function heldIn(masks: Uint32Array): number[] {
  return [...masks.keys()].filter((value) => masks[value]! > 0);
}

/**
 * Whether all masks hold 0 and none the last class, and that is no chance: all others are there, or
 * there are as many masks as classes.
 */
function lacksLast(masks: Uint32Array, numbers: number, classes: number): boolean {
  if (numbers === 0 || masks[0] !== numbers || masks[classes] !== 0) return false;
  return numbers >= classes || masks.subarray(1, classes).every((count) => count > 0);
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
