import { type LabelConvention, labelConventions } from "../../datasets/segmented.ts";
import * as common from "../cli/common.ts";
import { workersKind } from "../cli/workers/asked.ts";
import { type Asked, flag, option } from "../cli/options.ts";
import type { ArmDefinition } from "../experiments/arm.ts";
import type { CommonProfile } from "../experiments/profiles/common.ts";
import { seedList } from "../experiments/seeds.ts";
import type { Settings } from "../experiments/settings.ts";
import {
  count,
  file,
  folder,
  kind,
  nameOf,
  number,
  text,
  toNumber,
} from "../ground/value_kinds.ts";
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

/** A span of time. */
const hours = number("hours, a number > 0", (value) => value > 0);

/** A part of a whole that leaves something of it. */
const share = kind<number>({
  metavar: "SHARE",
  wanted: "a number > 0 and < 1",
  parse: toNumber,
  is: (value): value is number => typeof value === "number" && value > 0 && value < 1,
});

/** How masks are read, of suites whose data have them; `compare()` takes these too. */
export const maskOptions = {
  labels: option(
    nameOf("--labels", labelConventions),
    "which numbers of masks are classes, and which is ignored",
    {
      usual: "zero-is-ignored; in PASCAL VOC's layout its palette",
      excludes: ["palette"],
      names: {
        "zero-is-ignored": "1 to N, as in ADE20k",
        "from-zero": "0 to N - 1",
        "from-zero,255-ignored": "0 to N - 1, as in Cityscapes' labelTrainIds",
      } satisfies Record<LabelConvention, string>,
    },
  ),
  palette: option(
    file,
    "the classes of masks in colours: `r g b name` a line; those called void or ignored are none",
  ),
  validationShare: option(
    share,
    "hold out this share of a set without parts, by a hash of the images' names",
  ),
};

/** What a suite's command line asks for. */
export type SuiteAsked = Asked<ReturnType<typeof suiteOptions>>;

/**
 * What a comparison is asked for, by a command line or by a program that calls `compare()`. What each
 * of them has its own form of (arms, model, settings, the folder) stands in its own table, and is told
 * in {@linkcode ownForms}.
 */
export const sharedOptions = {
  data: option(folder, "a data set's folder instead of the profile's own data"),
  pilotShare: option(
    share,
    "a pilot, to choose settings by: evaluate on the last share of the training images, by their names " +
      "(of each class), train on the others, and leave the validation images alone",
  ),
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
  workers: option(
    workersKind,
    "processes that train together, each on its part of every batch: so many, started here, on a GPU " +
      "each where there are any; or this process is one of a group that TF_CONFIG or Slurm " +
      "describes. Threads that decode images, which it once was, are --loader-threads",
    { usual: "1" },
  ),
  loaderThreads: option(common.threads, "threads that decode images, 0 for the main one alone", {
    usual: "what fits the machine",
  }),
  deterministic: flag(
    "the same weights for the same seed, however many cores there are: one thread for an operation",
  ),
  maxHours: option(
    hours,
    "save and end after so many hours, with exit code 4, as at Ctrl-C: --resume goes on",
    { usual: "no limit" },
  ),
  skipBad: option(count(), "pass over up to N images that cannot be read, and report them", {
    usual: "stop",
  }),
  tensorboard: option(folder, "write event files for TensorBoard"),
  strict: flag("exit with 1 where a cell or a claim failed"),
};

/** How images are loaded, of what is asked for. */
export function loadingOf(
  { skipBad, loaderThreads }: Partial<
    Pick<Asked<typeof sharedOptions>, "skipBad" | "loaderThreads">
  >,
): LoadingOptions {
  return {
    ...(skipBad !== undefined && { skipBad }),
    ...(loaderThreads !== undefined && { loaderThreads }),
  };
}

/** Options of command lines that `compare()` has in another form, or leaves to another function. */
export const ownForms: Readonly<Record<string, string>> = {
  set: "settings, an object of values, and armSettings, such objects by arm",
  task: 'suite: "microbatch-segmentation" (or "microbatch")',
  dryRun: "planComparison(options), which returns the plan",
  help: "the reference of CompareOptions",
};

/** What `--set` does where there are arms. */
const setHelp =
  "replace a value of the profile, below with those of quick; ARM.key=value for one " +
  "arm alone";

/** The options of a suite's program. */
export function suiteOptions<P extends CommonProfile & Settings<P>>(
  { name, profiles, arms, armSets = {}, usualArms = {}, readsMasks = false }: Suite<P>,
) {
  const described = [
    ...arms.map((arm) => [arm.name, inHelp(arm)]),
    ...Object.entries(armSets).map(([name, { description }]) => [name, description]),
  ];
  const usual = Object.entries(usualArms).map(([profile, names]) => `${names} in ${profile}`);
  return {
    profile: common.profile(profiles),
    ...(readsMasks ? maskOptions : {} as typeof maskOptions),
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
    set: { ...common.set<P>(profiles.quick!), help: setHelp },
    out: common.out(name),
    ...sharedOptions,
    dryRun: flag("print the plan, with memory and time from a short probe, and stop"),
  };
}

/** The label tells apart arms that set the same, one of them with WS. */
function inHelp({ name, label, description }: ArmDefinition): string {
  return [label === name ? [] : label, description].flat().join(": ");
}
