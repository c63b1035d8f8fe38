/**
 * Values of the profile that are replaced for one arm alone: `--set ws.learningRate=0.4`.
 *
 * @module
 */
import { unknownName, UsageError } from "../ground/errors.ts";
import { isObject } from "../ground/value_kinds.ts";
import type { ArmDefinition } from "./arm.ts";
import { type Setting, type Settings, textsOfArm, valuesOfArm } from "./settings.ts";

/** Values by key, by the arm's name. */
export type ByArm<V> = Readonly<Record<string, Readonly<Record<string, V>>>>;

/** What `--set` asks for, as written. */
export interface Assigned {
  /** For every arm. */
  run: Record<string, string>;
  /** For one arm alone. */
  arms: ByArm<string>;
}

/**
 * Tells `key=value` from `ARM.key=value`. No key has a dot, an arm's name may. Of a key that stands
 * twice the last value counts.
 */
export function assigned(
  assignments: readonly (readonly [key: string, value: string])[],
): Assigned {
  const run = new Map<string, string>();
  const arms = new Map<string, Record<string, string>>();
  for (const [key, value] of assignments) {
    const dot = key.lastIndexOf(".");
    const [arm, own] = [key.slice(0, Math.max(dot, 0)), key.slice(dot + 1)];
    if (dot < 0) run.set(key, value);
    else arms.set(arm, { ...arms.get(arm), [own]: value });
  }
  return { run: Object.fromEntries(run), arms: Object.fromEntries(arms) };
}

/**
 * What is written for single arms, as values of the profile.
 *
 * @throws {UsageError} naming the arm, if a key is unknown or of the whole run, or a value not of its
 * kind
 */
export function textsByArm<P extends Settings<P>>(
  profile: P,
  texts: ByArm<string>,
): ByArm<Setting> {
  const entries = Object.entries(texts);
  return Object.fromEntries(entries.map(([arm, own]) => [arm, textsOfArm(profile, own, arm)]));
}

/** The same of values, as a program gives them. */
export function valuesByArm<P extends Settings<P>>(profile: P, values: object): ByArm<Setting> {
  return Object.fromEntries(
    Object.entries(values).map(([arm, own]) => {
      if (isObject(own)) return [arm, valuesOfArm(profile, own, arm)];
      throw new UsageError(
        `Cannot set values of the arm "${arm}" as they must be an object of a profile's values: they ` +
          `are ${JSON.stringify(own)}`,
      );
    }),
  );
}

/**
 * An arm with values of its own: on top of those that it has, and told where the arm is described.
 *
 * @param values by key
 */
export function withOwnValues(
  arm: ArmDefinition,
  values: Readonly<Record<string, Setting>>,
): ArmDefinition {
  const told = Object.entries(values).map(([key, value]) => `${key}=${value}`);
  // An arm that is not described is told by its settings.
  const description = arm.description && `${arm.description}; ${told.join(", ")}`;
  return { ...arm, description, settings: { ...arm.settings, ...values } };
}

/**
 * The arms that run, with the values that are given for one of them alone.
 *
 * @param known the arms of the suite, whether they run or not
 * @param values by arm, checked for their kinds
 * @throws {UsageError} if an arm is unknown (suggests the nearest) or does not run, or a value is what
 * an arm of the suite is defined by
 */
export function withValuesByArm(
  arms: readonly ArmDefinition[],
  known: readonly ArmDefinition[],
  values: ByArm<Setting>,
): readonly ArmDefinition[] {
  Object.keys(values).forEach((name) => checkRuns(name, arms, known));
  return arms.map((arm) => {
    const own = Object.hasOwn(values, arm.name) ? values[arm.name]! : {};
    const defining = Object.keys(own).find((key) => known.includes(arm) && key in arm.settings);
    if (defining !== undefined) throw definedBy(arm, defining);
    return Object.keys(own).length === 0 ? arm : withOwnValues(arm, own);
  });
}

function checkRuns(
  name: string,
  arms: readonly ArmDefinition[],
  known: readonly ArmDefinition[],
): void {
  const names = arms.map(({ name }) => name);
  if (names.includes(name)) return;
  if (!known.some((arm) => arm.name === name)) throw unknownName("arm", name, names);
  throw new UsageError(
    `Cannot set values of the arm "${name}" as it does not run: leave them out, or choose it by ` +
      `--arms; those that run are ${names.join(", ")}`,
  );
}

/** Another value would make it another arm, under its name and that of a published claim. */
function definedBy({ name, settings }: ArmDefinition, key: string): UsageError {
  return new UsageError(
    `Cannot set ${key} of the arm "${name}" as it is what the arm is, ${key}=${settings[key]}: ` +
      "leave it out, or give an arm of your own by --arms FILE.ts",
  );
}
