/**
 * A length of training, in Composer's notation: `"90ep"` for epochs, `"500ba"` for batches (steps).
 */
export type Duration = `${number}ep` | `${number}ba`;

/**
 * A duration in steps.
 *
 * @param duration e.g. `"90ep"`, `"0.25ep"` (rounded to whole steps) or `"500ba"`
 * @param stepsPerEpoch the steps of an epoch
 * @param name what the duration is of, for the error
 * @returns the number of steps
 * @throws {RangeError} if it is not a number >= 0 followed by `ep` or `ba`
 */
export function durationInSteps(duration: Duration, stepsPerEpoch: number, name: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ep|ba)$/.exec(duration) ?? [];
  if (amount === undefined) {
    throw new RangeError(
      `Cannot train as ${name} must be epochs or batches, like "90ep" or "500ba": ` +
        `current value is ${JSON.stringify(duration)}`,
    );
  }
  return Math.round(Number(amount) * (unit === "ep" ? stepsPerEpoch : 1));
}
