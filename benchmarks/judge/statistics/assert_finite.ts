/**
 * Fails where a value is not finite. What tests and intervals make of NaN is a number that means
 * nothing, such as a p-value of 0; what describes a list (`mean`, `median`, …) is NaN instead.
 *
 * @param name the function that cannot compute
 * @throws {RangeError} naming the first that is not finite, and its place
 */
export function assertFinite(name: string, what: string, values: readonly number[]): void {
  const place = values.findIndex((value) => !Number.isFinite(value));
  if (place === -1) return;
  throw new RangeError(
    `Cannot compute ${name} as ${what} must be finite: value ${place + 1} of ${values.length} is ` +
      `${values[place]}; leave it out, and say so`,
  );
}
