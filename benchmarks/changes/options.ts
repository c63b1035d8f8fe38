import * as common from "../cli/common.ts";
import { type Asked, flag, option } from "../cli/options.ts";
import { seedsOrNone } from "../experiments/seeds.ts";
import { count, listOf, nameOf, number, text } from "../ground/value_kinds.ts";
import { profiles, suites } from "./profiles.ts";
import { tolerances } from "../judge/changes/tolerances.ts";

const ref = text("REF", "a commit, a branch or a tag");
const path = text("PATH", "a result.json or its folder");

export const changesOptions = {
  base: option(ref, "what to compare with"),
  head: option(ref, "what to compare", { usual: "the working tree, changes included" }),
  baseline: option(path, "a stored result.json, or its folder", {
    excludes: ["base", "head", "rounds", "seeds", "suites"],
  }),
  result: option(path, "the new one", { excludes: ["base", "head"] }),
  profile: common.profile(profiles),
  backend: option(common.backendName, "what computes", { default: "wasm" }),
  rounds: option(
    count(),
    "blocks of each timing, 30 or more for a verdict; 0 for no timing",
  ),
  seeds: option(
    seedsOrNone,
    "seeds, 6 or more for a verdict; none for no training",
  ),
  suites: option(
    listOf(nameOf("suite", Object.keys(suites))),
    "the suites whose quick profile is trained",
    { usual: profiles.quick!.suites.join(",") },
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

export type ChangesAsked = Asked<typeof changesOptions>;
