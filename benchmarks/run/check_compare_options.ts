/**
 * The options of `compare()` as a table, and how they are checked.
 *
 * @module
 */
import * as common from "../cli/common.ts";
import { type Asked, checkValues, option } from "../cli/options.ts";
import { armForm, isArm, type ModelFactory, type OwnArm } from "../experiments/arm.ts";
import { type Contrast, contrastForm } from "../experiments/contrasts.ts";
import { UsageError } from "../ground/errors.ts";
import { asText, functionKind, kind, nameOf, objectKind } from "../ground/value_kinds.ts";
import type { ComparedProfiles, CompareOptions } from "./compare_options.ts";
import { maskOptions, ownForms, sharedOptions } from "./options.ts";
import { programWords } from "./program_words.ts";

/** The names of the suites. */
export const comparedSuites = [
  "ade20k",
  "imagenet",
  "norms",
  "microbatch",
  "microbatch-segmentation",
  "smoothness",
] as const satisfies (keyof ComparedProfiles)[];

/** The names of the profiles, which every suite has. */
export const profileNames = ["quick", "proxy", "paper"] as const;

/** The table of a program's options, which the command line's are the most part of. */
export const compareOptions = {
  ...sharedOptions,
  ...maskOptions,
  suite: option(nameOf("suite", comparedSuites), "what it is done as", { default: "ade20k" }),
  profile: option(nameOf("profile", profileNames), "what to run", { default: "quick" }),
  model: option(
    functionKind<ModelFactory>("a function that makes a model"),
    "makes the models of the arms that have none of their own",
  ),
  arms: option(
    kind({
      wanted: `a list of arms, ${armForm}; or a text, as --arms takes it`,
      is: (value): value is OwnArm[] | string =>
        typeof value === "string" ? value !== "" : Array.isArray(value) && value.every(isArm),
    }),
    "the arms, the baseline first",
    { required: true },
  ),
  contrasts: option(
    kind({
      wanted: `a list of contrasts, ${contrastForm}`,
      is: (value): value is Contrast[] => Array.isArray(value),
    }),
    "what is tested of the arms",
  ),
  settings: option(
    objectKind("an object of a profile's values"),
    "values of the profile to replace",
  ),
  armSettings: option(
    objectKind("an object with a profile's values by the arm's name"),
    "the same for one arm alone",
  ),
  out: common.out("compare"),
  shard: { ...sharedOptions.shard, kind: asText(sharedOptions.shard.kind) },
  signal: option(
    kind({
      wanted: "an AbortSignal",
      is: (value): value is AbortSignal => value instanceof AbortSignal,
    }),
    "ends the run after the step under way",
  ),
  onProgress: option(
    functionKind<NonNullable<CompareOptions["onProgress"]>>("a function that takes an event"),
    "is told of each step, evaluation and cell",
  ),
  log: option(functionKind<(line: string) => void>("a function that takes a line"), "takes lines"),
} satisfies Record<keyof CompareOptions, unknown>;

/** Options that were checked. */
export type ComparedAsked = Asked<typeof compareOptions>;

/** The command line's words about options, in a program's. */
export const inProgramWords: (text: string) => string = programWords(
  Object.keys(compareOptions),
  Object.entries(compareOptions).filter(([, { form }]) => form === "flag").map(([key]) => key),
);

/**
 * Checks a program's options as the command line's are.
 *
 * @throws {UsageError} naming the first that is unknown, missing or wrong, or two that exclude each
 * other
 */
export function checkCompareOptions(given: object): ComparedAsked {
  const theirs = Object.keys(Object(given)).find((key) => Object.hasOwn(ownForms, key));
  if (theirs !== undefined) {
    throw new UsageError(`Unknown option "${theirs}": in a program it is ${ownForms[theirs]}`);
  }
  const asked = checkValues<ComparedAsked>(compareOptions, given);
  const { force = !asked.resume } = given as Pick<CompareOptions, "force">;
  return { ...asked, force };
}
