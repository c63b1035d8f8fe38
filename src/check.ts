/**
 * Throws an error in the library's form if an argument is invalid.
 *
 * @param holds whether it is
 * @param Kind `TypeError` for a type or a shape, `RangeError` for a value
 * @param requirement what cannot be done, and what must be: `"train as seed must be an integer"`
 * @param value the current value; a list, such as a shape, is written as JSON
 */
export function check(
  holds: boolean,
  Kind: new (message: string) => Error,
  requirement: string,
  value: unknown,
): asserts holds {
  if (holds) return;
  const isData = Array.isArray(value) || isPlain(value);
  throw new Kind(
    `Cannot ${requirement}: current value is ${isData ? jsonOf(value) : String(value)}`,
  );
}

/**
 * A value as JSON, for a message; what is nested so deeply that JSON can't be made of it, or holds
 * itself, is told so.
 *
 * @param value the value
 * @param most characters, at most
 */
export function jsonOf(value: unknown, most = 400): string {
  try {
    const json = JSON.stringify(value) ?? String(value);
    return json.length <= most ? json : `${json.slice(0, most)}…`;
  } catch {
    return "nested too deeply, or holds itself";
  }
}

/** Whether a value is an object of JSON's, and none of a class. */
function isPlain(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/**
 * Whether a value is an integer of some size.
 *
 * @param value the value
 * @param least the smallest integer that is
 */
export function isInteger(value: unknown, least: number): value is number {
  return Number.isInteger(value) && value as number >= least;
}

/**
 * Throws unless options are an object of names that are read: a misspelt one, or another library's,
 * would silently do nothing.
 *
 * @param what cannot be done, and what the options are called: `"train as movingAverage"`
 * @param options the options, of whatever type they are
 * @param names all that there are
 * @throws {TypeError} if they are no object
 * @throws {RangeError} naming the first that is none of the names
 */
export function checkNames(what: string, options: unknown, names: readonly string[]): void {
  const isObject = typeof options === "object" && options !== null && !Array.isArray(options);
  const requirement = `${what} must be an object of ${names.join(", ")}`;
  check(isObject, TypeError, requirement, options);
  const other = Object.entries(options as object)
    .find(([name, value]) => value !== undefined && !names.includes(name));
  check(other === undefined, RangeError, requirement, `an object with ${other?.[0]}`);
}
