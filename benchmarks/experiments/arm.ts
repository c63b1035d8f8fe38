import * as v from "valibot";
import type * as tf from "../../src/tf.ts";
import type { Algorithm } from "../../src/training/engine.ts";
import { unknownName, UsageError } from "../ground/errors.ts";
import { checkOnce, type Contrast } from "./contrasts.ts";
import type { Grid } from "./grid.ts";
import type { Setting } from "./settings.ts";

/** One side of a comparison: what it changes of the run, as data. */
export interface ArmDefinition {
  /** The name on the command line and in result files. */
  name: string;
  /** The name in tables. */
  label: string;
  /** What it stands for, in a line. */
  description: string;
  /** What training is changed by; nothing for the baseline. */
  algorithms: readonly Algorithm[];
  /** Values of the profile that it replaces, such as `{ normalization: "group" }`. */
  settings: Readonly<Record<string, Setting>>;
  /** Makes its model, in place of the run's. */
  model?: ModelFactory;
}

/** An arm as people write it: all but the name is optional. `P` is the profile whose values it sets. */
export interface OwnArm<P extends object = Record<string, Setting>>
  extends Partial<Omit<ArmDefinition, "name" | "settings">> {
  /** The name on the command line and in result files. */
  name: string;
  /** Values of the profile that it replaces. */
  settings?: Partial<P>;
}

/**
 * An arm cannot be trained as it is set, whatever the others can. It ends the run, but for a suite that
 * leaves such arms out.
 */
export class RefusedArmError extends UsageError {
  /**
   * @param reason why
   * @param advice what to set instead, which holds where the arm's settings are the run's
   */
  constructor(readonly reason: string, advice: string) {
    super(`${reason}; ${advice}`);
  }
}

/** Arms that belong together, by a name on the command line: `--arms NAME`. */
export interface ArmSet {
  /** What they find out, in a line. */
  description: string;
  /** The arms, the baseline first. */
  arms: readonly ArmDefinition[];
  /** What is tested of them. */
  contrasts: readonly Contrast[];
  /** Where the arms lie on axes, if they do. */
  grid?: Grid;
  /** Values of the profile without which the arms are not what they are called: neither 0 nor "". */
  needs?: readonly string[];
  /** Values of the profile that no other arms read. */
  reads?: readonly string[];
}

/** What one's own model is made for. */
export interface ModelContext {
  /** Classes that the logits must have. */
  classes: number;
  /** The input's shape without the batch, `[height, width, channels]`. */
  inputShape: [number, number, number];
  /**
   * The seed of the initial weights: the same seed must give the same weights. It is the cell's, but
   * 2³¹ − 1 for the cell's 0, which more than one library takes for "no seed".
   */
  seed: number;
  /** The name of the arm that it is made for. */
  arm: string;
  /** The arm's values of the profile, but for those of the suite's own network. */
  settings: Readonly<Record<string, Setting>>;
}

/** Makes a model whose output is logits; a module given by `--model` exports one by default. */
export type ModelFactory = (context: ModelContext) => tf.LayersModel;

/**
 * An arm with all its fields.
 *
 * @param arm the arm; what is undefined counts as not given, and its label is its name then
 */
export function completeArm(arm: OwnArm<object>): ArmDefinition {
  return {
    label: arm.name,
    description: "",
    algorithms: [],
    ...given(arm),
    settings: given({ ...arm.settings }),
  };
}

/** Without the fields that are undefined. */
function given<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as ReturnType<typeof given<T>>;
}

/**
 * Fails where arms cannot be told apart, or one has a field that nothing reads.
 *
 * @param source where they come from, for the error
 * @throws {UsageError} if there is none, two have one name or label, or a field is unknown (suggests
 * the nearest)
 */
export function checkArms(arms: readonly ArmDefinition[], source: string): void {
  if (arms.length === 0) throw new UsageError(`Cannot compare as there are no arms in ${source}`);
  const fields = Object.keys(armSchema.entries);
  for (const arm of arms) {
    const unknown = Object.keys(arm).find((field) => !fields.includes(field));
    if (unknown !== undefined) throw unknownName(`field of the arm "${arm.name}"`, unknown, fields);
  }
  checkOnce("arm", arms.map(({ name }) => name), source);
  checkOnce("label", arms.map(({ label }) => label), source);
}

/** What an arm must have, in words. */
export const armForm: string =
  "each with name: string and, where wanted, algorithms: Algorithm[], settings: an object, " +
  "model: a function, label and description: strings";

const isFunction = (value: unknown) => typeof value === "function";

/** What a table can show: more than spaces. */
const word = v.pipe(v.string(), v.regex(/\S/));

const armSchema = v.object({
  name: word,
  label: v.optional(word),
  description: v.optional(v.string()),
  algorithms: v.optional(
    v.array(v.object({ match: v.custom(isFunction), apply: v.custom(isFunction) })),
  ),
  settings: v.optional(
    v.custom((value) => typeof value === "object" && value !== null && !Array.isArray(value)),
  ),
  model: v.optional(v.custom(isFunction)),
});

/** Whether a value is an arm as people write it. */
export function isArm(arm: unknown): arm is OwnArm {
  return v.is(armSchema, arm);
}
