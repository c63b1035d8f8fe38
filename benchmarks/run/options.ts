import * as common from "../cli/common.ts";
import { type Asked, flag, option } from "../cli/options.ts";
import type { ArmDefinition } from "../experiments/arm.ts";
import type { CommonProfile } from "../experiments/profiles/common.ts";
import { seedList } from "../experiments/seeds.ts";
import type { Settings } from "../experiments/settings.ts";
import { count, folder, kind, nameOf, text } from "../ground/value_kinds.ts";
import { keepModes } from "../record/mod.ts";
import type { LoadingOptions, Suite } from "../tasks/suite.ts";

/** Which cells are run: those whose number leaves `index` when divided by `count`. */
type Shard = { index: number; count: number };

const shard = kind<Shard>({
  metavar: "i/n",
  wanted: "i/n with i from 1 to n, like 2/4",
  parse: (text) => {
    const [, index, count] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
    return { index: Number(index) - 1, count: Number(count) };
  },
  is: (value): value is Shard => {
    const { index = -1, count = 0 } = Object(value) as Partial<Shard>;
    return index >= 0 && index < count;
  },
});

/** What a suite's command line asks for. */
export type SuiteAsked = Asked<ReturnType<typeof suiteOptions>>;

/**
 * What a comparison is asked for, by a command line or by a program that calls `compare()`. What each
 * of them has its own form of (arms, model, settings, the folder) stands in its own table, and is told
 * in {@linkcode ownForms}.
 */
export const sharedOptions = {
  data: option(folder, "a data set's folder instead of the profile's own data"),
  backend: option(common.backendName, "what computes", {
    usual: common.bestBackend,
  }),
  seeds: option(seedList, "seeds instead of the profile's"),
  keep: option(nameOf("--keep", keepModes), "which weights of each cell to keep in --out", {
    usual: "last",
  }),
  resume: flag("keep the cells that are done in --out, go on with the rest where they stopped", {
    excludes: ["force"],
  }),
  force: common.force,
  shard: option(shard, "run every n-th cell from the i-th on"),
  workers: option(count(), "threads that decode images, 0 for the main one alone", {
    usual: "what fits the machine",
  }),
  skipBad: option(count(), "pass over up to N images that cannot be read, and report them", {
    usual: "stop",
  }),
  tensorboard: option(folder, "write event files for TensorBoard"),
  strict: flag("exit with 1 where a cell or a claim failed"),
};

/** How images are loaded, of what is asked for. */
export function loadingOf(
  { skipBad, workers }: Partial<Pick<Asked<typeof sharedOptions>, "skipBad" | "workers">>,
): LoadingOptions {
  return {
    ...(skipBad !== undefined && { skipBad }),
    ...(workers !== undefined && { workers }),
  };
}

/** Options of command lines that `compare()` has in another form, or leaves to another function. */
export const ownForms: Readonly<Record<string, string>> = {
  set: "settings: values, not texts",
  task: 'suite: "microbatch-segmentation" is `bench:microbatch --task segmentation`',
  dryRun: "planComparison(), which returns the plan",
  help: "the reference of CompareOptions",
};

/** The options of a suite's program. */
export function suiteOptions<P extends CommonProfile & Settings<P>>(
  { name, profiles, arms, armSets = {}, usualArms = {} }: Suite<P>,
) {
  const described = [
    ...arms.map((arm) => [arm.name, inHelp(arm)]),
    ...Object.entries(armSets).map(([name, { description }]) => [name, description]),
  ];
  const usual = Object.entries(usualArms).map(([profile, names]) => `${names} in ${profile}`);
  return {
    profile: common.profile(profiles),
    arms: option(
      text("A,B|FILE", "names of arms, or a module's path"),
      "these arms only; a set of arms; or those that a module (FILE.ts) exports by default as a list",
      {
        names: Object.fromEntries(described),
        ...(usual.length > 0 && { usual: `${usual.join("; ")}, else all` }),
      },
    ),
    model: option(
      text("FILE.ts", "a module's path"),
      "a module whose default export makes the model",
    ),
    set: common.set<P>(profiles.quick!),
    out: common.out(name),
    ...sharedOptions,
    dryRun: flag("print the plan, with memory and time from a short probe, and stop"),
  };
}

/** The label tells apart arms that set the same, one of them with WS. */
function inHelp({ name, label, description }: ArmDefinition): string {
  return [label === name ? [] : label, description].flat().join(": ");
}
