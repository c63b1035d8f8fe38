/**
 * Throws the library's form of error where an argument is not what it must be.
 *
 * @param holds whether it is
 * @param Kind `TypeError` for a type or a shape, `RangeError` for a value
 * @param requirement what cannot be done, and what must be: `"train as seed must be an integer"`
 * @param value what is
 */
export function check(
  holds: boolean,
  Kind: new (message: string) => Error,
  requirement: string,
  value: unknown,
): asserts holds {
  if (!holds) throw new Kind(`Cannot ${requirement}: current value is ${value}`);
}
