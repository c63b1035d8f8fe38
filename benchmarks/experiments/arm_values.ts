/**
 * Values of the profile that are replaced for one arm alone: `--set ws.learningRate=0.4`.
 *
 * @module
 */
import { unknownName, UsageError } from "../ground/errors.ts";
import type { ArmDefinition } from "./arm.ts";
import { checkArmKey, type Setting, type Settings, textSettings } from "./settings.ts";

/** By the arm's name, values by key: as text, or as what they are. */
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
    if (dot < 0) run.set(key, value);
    else {arms.set(key.slice(0, dot), {
        ...arms.get(key.slice(0, dot)),
        [key.slice(dot + 1)]: value,
      });}
  }
  return { run: Object.fromEntries(run), arms: Object.fromEntries(arms) };
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
  const description = arm.description === ""
    ? ""
    : [arm.description, told.join(", ")].filter((text) => text !== "").join("; ");
  return { ...arm, description, settings: { ...arm.settings, ...values } };
}

/** Which arms there are to set values of. */
export interface Settable<P> {
  /** Those that run. */
  arms: readonly ArmDefinition[];
  /** Those that could. */
  known: readonly ArmDefinition[];
  /** The run's. */
  profile: P;
}

/**
 * The arms that run, with the values that are given for one of them alone.
 *
 * @param values as text, as on a command line
 * @throws {UsageError} if an arm is unknown (suggests the nearest) or does not run, a key is unknown,
 * of the whole run, or what a suite's arm is defined by, or a value is not of its kind
 */
export function withValuesByArm<P extends Settings<P>>(
  { arms, known, profile }: Settable<P>,
  values: ByArm<string>,
): readonly ArmDefinition[] {
  Object.keys(values).forEach((name) => checkRuns(name, arms, known));
  return arms.map((arm) => {
    const own = values[arm.name];
    if (own === undefined) return arm;
    const isSuites = known.includes(arm);
    for (const key of Object.keys(own)) {
      checkArmKey(profile, key, arm.name);
      if (isSuites && key in arm.settings) throw definedBy(arm, key);
    }
    return withOwnValues(arm, textSettings(profile, own, arm.name));
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
    `Cannot set ${key} of the arm "${name}" as it is what the arm is, ${key}=${
      settings[key]
    }: leave it ` +
      "out, or give an arm of your own by --arms FILE.ts",
  );
}
