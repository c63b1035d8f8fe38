import { unknownName, UsageError } from "../ground/errors.ts";
import { asUsageError } from "../ground/usage_errors.ts";
import { kind, number, readAs, toNumber, type ValueKind } from "../ground/value_kinds.ts";

/** A value of a profile: what `--set`, and an arm, can replace. */
export type Setting = number | string | boolean | readonly number[];

/** A profile as the rest of the program sees it: a flat record. */
export type Settings<P> = { [K in keyof P]: Setting };

/** Values of a whole run: an arm that had its own would be no arm of it. */
export const runSettings: readonly string[] = [
  "description",
  "seeds",
  "trainingList",
  "timingRounds",
  "intraOpThreads",
  "checkpointsToKeep",
  "panelImages",
  "microbatchSizes",
  "generatedTraining",
  "generatedValidation",
  "generatedClasses",
  "smoothnessPoints",
  "smoothnessSteps",
  "smoothnessRelativeSteps",
  "variant",
  "ignoredLayers",
  "learningRates",
];

/** What values of a profile must be for what reads them, by their keys. */
export type SettingKinds<P> = { readonly [K in keyof P]?: ValueKind<unknown> };

/**
 * Fails where a value of a profile is not what it must be.
 *
 * @param cannot what cannot be done then, such as `"Cannot run"`
 * @throws {UsageError} naming the first
 */
export function checkKinds<P>(profile: P, kinds: SettingKinds<P>, cannot: string): void {
  for (const [key, kind] of Object.entries<ValueKind<unknown> | undefined>(kinds)) {
    kind?.check(profile[key as keyof P], `${cannot} as ${key}`);
  }
}

/**
 * A profile with some of its values replaced, written as text.
 *
 * @param replacements by key, as written on the command line
 * @throws {UsageError} if a key is unknown (suggests the nearest) or a value is not of its kind
 */
export function withSettings<P extends Settings<P>>(
  profile: P,
  replacements: Readonly<Record<string, string>>,
): P {
  return replaced(
    profile,
    replacements,
    "--set key",
    (present, text, key) => readAs(kindLike(present), text, `--set ${key}`),
  );
}

/**
 * A profile with some of its values replaced: {@linkcode withSettings} for values.
 *
 * @param replacements by key; what is undefined replaces nothing
 * @throws {UsageError} if a key is unknown (suggests the nearest) or a value is not of its kind
 */
export function withValues<P extends Settings<P>>(profile: P, replacements: object): P {
  return replaced<P, unknown>(
    profile,
    { ...replacements },
    "setting",
    (present, value, key) => kindLike(present).check(value, `setting ${key}`),
  );
}

function replaced<P extends Settings<P>, V>(
  profile: P,
  replacements: Readonly<Partial<Record<string, V>>>,
  what: string,
  read: (present: Setting, value: V, key: string) => Setting,
): P {
  const keys = Object.keys(profile);
  const changes = Object.entries(replacements).flatMap(([key, value]) => {
    if (value === undefined) return [];
    if (!keys.includes(key)) throw unknownName(what, key, keys);
    return [[key, read(profile[key as keyof P], value, key)]];
  });
  return { ...profile, ...Object.fromEntries(changes) };
}

/**
 * Values of the profile for one arm, written as text.
 *
 * @param texts by key
 * @param arm its name, for the error
 * @throws {UsageError} if a key is unknown (suggests the nearest) or of the whole run, or a value is not
 * of its kind
 */
export function textsOfArm<P extends Settings<P>>(
  profile: P,
  texts: Readonly<Record<string, string>>,
  arm: string,
): Record<string, Setting> {
  return ofArm(profile, texts, arm, readAs);
}

/** Values of the profile for one arm: {@linkcode textsOfArm} for values; what is undefined is left out. */
export function valuesOfArm<P extends Settings<P>>(
  profile: P,
  values: object,
  arm: string,
): Record<string, Setting> {
  return ofArm<P, unknown>(
    profile,
    { ...values },
    arm,
    (kind, value, name) => kind.check(value, name),
  );
}

function ofArm<P extends Settings<P>, V>(
  profile: P,
  given: Readonly<Partial<Record<string, V>>>,
  arm: string,
  read: (kind: ValueKind<Setting>, value: V, name: string) => Setting,
): Record<string, Setting> {
  const keys = Object.keys(profile);
  const entries = Object.entries(given).flatMap(([key, value]) => {
    if (value === undefined) return [];
    if (!keys.includes(key)) throw unknownName(`key of the arm "${arm}"`, key, keys);
    if (runSettings.includes(key)) throw sharedSetting(key);
    return [[key, read(kindLike(profile[key as keyof P]), value, `${key} of the arm "${arm}"`)]];
  });
  return Object.fromEntries(entries);
}

function sharedSetting(key: string): UsageError {
  return new UsageError(
    `Cannot set ${key} for one arm: it is a value of the whole run; give it by --set`,
  );
}

/**
 * Fails where a value of the suite's own network is replaced, and the model is another one, which it
 * would not change.
 *
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

/**
 * A profile as one arm sees it.
 *
 * @param arm the arm's name, settings, and whether its model is its user's own
 * @throws {UsageError} naming the arm, if a setting is unknown, of another kind, one of the whole run,
 * or one that the arm's model does not read
 */
export function armProfile<P extends Settings<P>>(
  profile: P,
  arm: { name: string; settings: Readonly<Record<string, Setting>>; model?: unknown },
  networkSettings: readonly string[],
): P {
  const keys = Object.keys(arm.settings);
  try {
    const own = withValues(profile, arm.settings);
    const shared = keys.find((key) => runSettings.includes(key));
    if (shared !== undefined) throw sharedSetting(shared);
    if (arm.model !== undefined) checkNetworkSettings(keys, networkSettings);
    return own;
  } catch (error) {
    throw refusedOfArm(error, arm);
  }
}

/**
 * What to throw where an arm of its own settings cannot be made: a refusal of them names the arm.
 *
 * @param error what was thrown
 */
export function refusedOfArm(
  error: unknown,
  { name, settings }: { name: string; settings: Readonly<Record<string, Setting>> },
): unknown {
  const cause = asUsageError(error);
  if (!(cause instanceof UsageError) || Object.keys(settings).length === 0) return cause;
  if (cause.message.includes(`arm "${name}"`)) return cause;
  return new UsageError(`In the arm "${name}": ${cause.message}`, { cause });
}

/** What may stand in the place of a value: another of its kind. */
function kindLike(present: Setting): ValueKind<Setting> {
  const like = Array.isArray(present) && present.length === 0 ? "" : `, like ${present}`;
  if (typeof present === "number") return number(`a finite number${like}`);
  if (typeof present === "string") {
    return kind({ wanted: `a string${like}`, is: (value) => typeof value === "string" });
  }
  if (typeof present === "boolean") {
    return kind({
      wanted: "true or false",
      parse: (text) => ({ true: true, false: false })[text],
      is: (value) => typeof value === "boolean",
    });
  }
  return kind({
    wanted: `a list of finite numbers${like}`,
    parse: (text) => text.split(",").map(toNumber),
    is: (value): value is number[] => Array.isArray(value) && value.every(Number.isFinite),
  });
}
