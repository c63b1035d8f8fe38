import type { Difference } from "./golden_cases.ts";
import type { Examination } from "./examination.ts";

/** Up to here differences are those of another order of sums, in float32. */
export const rightUpTo = 1e-5;

/** Up to here they are those of a GPU's products with fewer bits: TF32's, of 10, on NVIDIA's. */
export const reducedUpTo = 5e-3;

/** Rounding to fewer bits goes both ways: it hardly changes what sees all values at once. */
const wholeUpTo = 5e-4;

/** What a difference means. */
export type Verdict = "right" | "reduced precision" | "wrong";

/**
 * The verdict on a difference; one that is undefined could not be computed. Processors have no fewer
 * bits than float32's, so there a small difference is a fault, too.
 *
 * @param difference how far a value is, and all of them
 * @param started what the backend told of itself
 */
export function verdictOf(
  { difference = Infinity, whole = 0 }: Pick<Difference, "difference" | "whole">,
  { gpu }: { gpu?: string | undefined } = {},
): Verdict {
  if (difference <= rightUpTo && whole <= rightUpTo) return "right";
  const isReduced = gpu !== undefined && difference <= reducedUpTo && whole <= wholeUpTo;
  return isReduced ? "reduced precision" : "wrong";
}

/** How captured steps may differ from those that run op by op: three steps add up. */
const stepsUpTo = 1e-4;

/**
 * All that is wrong with a backend, a line each; nothing where all is right, or where it says why it
 * does not start here.
 */
export function faultsOf({ started, golden, step, broke }: Examination): string[] {
  const wrong = golden.filter((difference) => verdictOf(difference, started) === "wrong");
  return [
    ...wrong.map(faultText),
    ...(step !== undefined && step.difference > stepsUpTo
      ? [`captured steps: ${step.at} (${shown(step.difference)})`]
      : []),
    ...(step !== undefined && step.lossOfNaN !== "NaN"
      ? [`captured steps: images that are not numbers have the loss ${step.lossOfNaN}`]
      : []),
    ...(broke === undefined ? [] : [`it broke: ${broke}`]),
  ];
}

function faultText({ name, difference, whole = 0, at }: Difference): string {
  if (difference === undefined) return `${name}: ${at}`;
  const all = whole > wholeUpTo ? `, root mean square ${shown(whole)}` : "";
  return `${name}: ${at} (${shown(difference)}${all})`;
}

/** The case that differs most; nothing where none was computed. */
export function worstOf({ golden }: Examination): Difference | undefined {
  const away = ({ difference = Infinity }: Difference) => difference;
  return golden.toSorted((a, b) => away(b) - away(a))[0];
}

/** A difference as text, such as `2.5e-7`. */
export function shown(difference: number | undefined): string {
  if (difference === undefined) return "not computed";
  if (difference === 0) return "0";
  return Number.isFinite(difference) ? difference.toExponential(1) : "not a number";
}
