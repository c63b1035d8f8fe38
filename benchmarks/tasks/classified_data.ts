/**
 * What a report says of a set of classified pictures.
 *
 * @module
 */
import type { ClassifiedDataset, ClassifiedSplit } from "../../datasets/classified.ts";
import type { Warning } from "../record/mod.ts";

/**
 * What saying the same class of every image would score: the share of the most frequent one among
 * the validation images.
 */
export function bestConstant({ validation, classes }: ClassifiedDataset): {
  class: number;
  top1: number;
} {
  const counts = countClasses(validation, classes);
  const most = counts.reduce((best, count) => Math.max(best, count), 0);
  return { class: counts.indexOf(most), top1: 100 * most / validation.length };
}

/**
 * The warning that validation images call for of which one class makes up more than its share: a
 * high top-1 may then be nothing learnt.
 */
export function unbalanced(dataset: ClassifiedDataset): Warning[] {
  const { classes, classNames } = dataset;
  const { class: most, top1 } = bestConstant(dataset);
  if (top1 <= 150 / classes) return [];
  return [{
    code: "unbalanced-classes",
    message: `${top1.toFixed(1)} % of the validation images are of the class ` +
      `"${classNames[most]}": saying it always scores as much top-1`,
    advice: "Hold top-1 against that, or balance the validation images",
  }];
}

function countClasses(split: ClassifiedSplit, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (let index = 0; index < split.length; index++) counts[split.entry(index).label]!++;
  return counts;
}

/** Data sets whose name stands for their official pictures, and for nothing else. */
const official = [
  {
    name: "ImageNet",
    folder: /^(imagenet(?![a-z])|ilsvrc)/i,
    training: 1_281_167,
    validation: 50_000,
    encoding: "image",
  },
  {
    name: "CIFAR-10",
    folder: /^cifar[-_ ]?10(?!0)/i,
    training: 50_000,
    validation: 10_000,
    encoding: "cifar10",
  },
];

/**
 * The data set's name: a folder called as an official set is, with other pictures in it, says so.
 */
export function nameOf({ name, training, validation, pilotShare }: ClassifiedDataset): string {
  const known = official.find(({ folder }) => folder.test(name));
  if (known === undefined) return name;
  const isWhole = pilotShare === undefined
    ? training.length === known.training && validation.length === known.validation
    : training.length + validation.length === known.training;
  const same = isWhole && validation.entry(0).encoding === known.encoding;
  return same ? known.name : `${name} (not ${known.name} itself)`;
}
