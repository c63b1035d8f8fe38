import { unknownName, UsageError } from "../ground/errors.ts";

/** A value of a profile: what `--set` can replace. */
export type Setting = number | string | boolean | readonly number[];

/**
 * A profile with some of its values replaced, each parsed as the kind of value that was there.
 *
 * @param profile the profile, a flat record
 * @param replacements by key, as written on the command line
 * @returns a new profile
 * @throws {UsageError} if a key is unknown (suggests the nearest) or a value is not of its kind
 */
export function withSettings<P extends { [K in keyof P]: Setting }>(
  profile: P,
  replacements: Readonly<Record<string, string>>,
): P {
  const keys = Object.keys(profile);
  const changes = Object.entries(replacements).map(([key, text]) => {
    if (!keys.includes(key)) throw unknownName("--set key", key, keys);
    return [key, parseAs(profile[key as keyof P], text, key)];
  });
  return { ...profile, ...Object.fromEntries(changes) };
}

/**
 * A profile with some of its values replaced by others of their kind: {@linkcode withSettings} for
 * values that need no parsing.
 *
 * @param profile the profile, a flat record
 * @param replacements by key; what is undefined replaces nothing
 * @returns a new profile
 * @throws {UsageError} if a key is unknown (suggests the nearest) or a value is not of its kind
 */
export function withValues<P extends { [K in keyof P]: Setting }>(
  profile: P,
  replacements: Partial<P>,
): P {
  const keys = Object.keys(profile);
  const changes = Object.entries<unknown>(replacements).filter(([, value]) => value !== undefined);
  for (const [key, value] of changes) {
    if (!keys.includes(key)) throw unknownName("setting", key, keys);
    const present: Setting = profile[key as keyof P];
    if (kindOf(value) === kindOf(present)) continue;
    throw new UsageError(
      `Cannot compare as the setting ${key} must be ${kindOf(present)}, like ` +
        `${JSON.stringify(present)}: it is ${
          typeof value === "number" ? value : JSON.stringify(value) // which makes NaN null
        }`,
    );
  }
  return { ...profile, ...Object.fromEntries(changes) };
}

/**
 * Fails where a value of the suite's own network is replaced, and the model is another one, which it
 * would not change.
 *
 * @param keys what is replaced
 * @param networkSettings the suite's
 * @throws {UsageError} naming the first
 */
export function checkNetworkSettings(
  keys: readonly string[],
  networkSettings: readonly string[],
): void {
  const idle = keys.find((key) => networkSettings.includes(key));
  if (idle === undefined) return;
  throw new UsageError(
    `Cannot set ${idle} for a model of your own: it is a value of the suite's own network; leave it out, ` +
      "and set it in your model",
  );
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return value.every(Number.isFinite) ? "a list of numbers" : "a list";
  if (typeof value === "number") return Number.isFinite(value) ? "a finite number" : `${value}`;
  return typeof value === "boolean" ? "true or false" : `a ${typeof value}`;
}

function parseAs(present: Setting, text: string, key: string): Setting {
  const wrong = (wanted: string) =>
    new UsageError(`--set ${key} wants ${wanted}, like ${present}: it is "${text}"`);
  if (typeof present === "string") return text;
  if (typeof present === "boolean") {
    if (text !== "true" && text !== "false") throw wrong("true or false");
    return text === "true";
  }
  const numbers = text.split(",").map((part) => part.trim() === "" ? NaN : Number(part));
  if (!numbers.every(Number.isFinite)) throw wrong(Array.isArray(present) ? "numbers" : "a number");
  if (Array.isArray(present)) return numbers;
  if (numbers.length !== 1) throw wrong("one number");
  return numbers[0]!;
}
