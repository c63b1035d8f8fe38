import { backendNames } from "../../src/backends/select.ts";
import * as common from "../cli/common.ts";
import { flag, option, repeated, type Table } from "../cli/options.ts";
import { profiles } from "../experiments/profiles/overhead.ts";
import { count, type Kind, listOf, nameOf, text } from "../ground/kinds.ts";
import { subjectsOf } from "./subjects.ts";

/** What the command line asks for; {@linkcode overheadOptions} says what each is. */
export interface OverheadAsked {
  profile: string;
  backends: string[] | "all" | undefined;
  peers: string[];
  arms: string[] | undefined;
  sweep: string[];
  rounds: number | undefined;
  steps: number | undefined;
  out: string;
  resume: boolean;
  force: boolean;
  set: common.Assignment[];
  dryRun: boolean;
  strict: boolean;
}

const names = listOf(nameOf("backend", [...backendNames, "all"]));

const backends: Kind<string[] | "all"> = {
  ...names,
  check(...given) {
    const asked = names.check(...given);
    return asked.includes("all") ? "all" : [...new Set(asked)];
  },
};

const labels = subjectsOf([{ name: "tensorflow", captures: true }], true)
  .map(({ name, label }) => [name, label]);

/** The options of `bench:overhead`. */
export const overheadOptions: Table<OverheadAsked> = {
  profile: common.profile(profiles),
  backends: option(backends, "what computes, the reference first", {
    alias: "backend",
    usual: "the best that is there",
  }),
  peers: repeated(
    text("PYTHON", "a Python interpreter"),
    "time the same step in Python, too, with this interpreter: a peer takes the first that has its " +
      "packages, see benchmarks/timing/peers",
  ),
  arms: option(listOf(text("NAME", "an arm's name")), "these subjects only", {
    names: Object.fromEntries(labels),
  }),
  sweep: repeated(
    text("key=A,B", "key=number,number…"),
    "a row for each value, in processes of its own, and for every combination where there are " +
      "several keys; of the subjects those of a training step by default",
  ),
  rounds: option(
    count(1),
    "how often each subject runs there and back; from 30 on there are intervals",
  ),
  steps: option(count(1), "steps each time"),
  out: common.out("overhead"),
  resume: flag("keep the rows of a sweep that are done in --out, run the rest", {
    excludes: ["force"],
  }),
  force: common.force,
  set: common.set(profiles.quick!),
  dryRun: flag("list the subjects and stop"),
  strict: flag("exit with 1 where a subject failed"),
};
