import { check } from "../check.ts";

/**
 * A length of training, in Composer's notation: `"90ep"` for epochs, `"500ba"` for batches, which
 * are optimizer steps.
 */
export type Duration = `${number}ep` | `${number}ba`;

/**
 * A duration in steps.
 *
 * @param duration e.g. `"90ep"`, `"0.25ep"` (rounded to whole steps) or `"500ba"`
 * @param stepsPerEpoch the steps of an epoch; 0 where there is nothing to train on
 * @param name what the duration is of, for the error
 * @returns the number of steps; 0 for `"0ep"` and `"0ba"`
 * @throws {RangeError} if it is not a number >= 0 followed by `ep` or `ba`, or more than 0 and yet
 * less than half a step
 */
export function durationInSteps(duration: Duration, stepsPerEpoch: number, name: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ep|ba)$/.exec(duration) ?? [];
  const form = `train as ${name} must be epochs or batches, like "90ep" or "500ba"`;
  check(amount !== undefined, RangeError, form, JSON.stringify(duration));
  const steps = Math.round(Number(amount) * (unit === "ep" ? stepsPerEpoch : 1));
  check(
    steps > 0 || Number(amount) === 0 || stepsPerEpoch === 0,
    RangeError,
    `train as ${name} must be a step or more`,
    `"${duration}", which rounds to 0 steps, with ${stepsPerEpoch} in an epoch`,
  );
  return steps;
}
