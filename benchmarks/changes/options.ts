import * as common from "../cli/common.ts";
import { flag, type Option, option, type Table } from "../cli/options.ts";
import { seedsOrNone } from "../experiments/seeds.ts";
import { count, listOf, nameOf, number, text } from "../ground/kinds.ts";
import { profiles, suites } from "./profiles.ts";
import { tolerances } from "./tolerances.ts";

/** What the command line asks for; {@linkcode changesOptions} says what each is. */
export interface ChangesAsked {
  /** With `head` two commits are compared. */
  base?: string;
  head?: string;
  /** With `result` two stored results are compared. */
  baseline?: string;
  result?: string;
  profile: string;
  backend: string;
  /** Blocks of each timed work; 0 for no timing. */
  rounds?: number;
  /** An empty list for no training. */
  seeds?: number[];
  suites?: string[];
  tolerance?: number;
  out: string;
  force: boolean;
  strict: boolean;
}

const ref = text("REF", "a commit, a branch or a tag");
const path = text("PATH", "a result.json or its folder");

/** What says how something is run, which stored results were already. */
const ofRuns: Pick<Option<never>, "excludes"> = {
  excludes: { baseline: "nothing is run where stored results are compared" },
};
const ofCommits: Pick<Option<never>, "excludes"> = {
  excludes: {
    baseline: "compare two commits or two stored results",
    result: "compare two commits or two stored results",
  },
};

/** The options of `bench:compare`. */
export const changesOptions: Table<ChangesAsked> = {
  base: option(ref, "what to compare with: a commit, a branch or a tag", ofCommits),
  head: option(ref, "what to compare", {
    usual: "the working tree, changes included",
    ...ofCommits,
  }),
  baseline: option(path, "a stored result.json, or its folder", {
    needs: { result: "a result, and what it was before" },
  }),
  result: option(path, "the new one", { needs: { baseline: "a result, and what it was before" } }),
  profile: common.profile(profiles),
  backend: option(common.backendName, "what computes", { default: "wasm" }),
  rounds: option(
    count(),
    "blocks of each timing, 30 or more for a verdict; 0 for no timing",
    ofRuns,
  ),
  seeds: option(
    seedsOrNone,
    "seeds, 6 or more for a verdict; none for no training",
    ofRuns,
  ),
  suites: option(
    listOf(nameOf("suite", Object.keys(suites))),
    "the suites whose quick profile is trained",
    { ...ofRuns, usual: profiles.quick!.suites.join(",") },
  ),
  tolerance: option(
    number("a number >= 0", (value) => value >= 0),
    "a step may become slower by so many percent; with --baseline, an arm may cost so many points " +
      "more",
    { usual: `${tolerances.timePercent}; with --baseline ${tolerances.overheadPoints}` },
  ),
  out: common.out("regression"),
  force: common.force,
  strict: flag("exit with 1 where a metric is inconclusive, too"),
};
