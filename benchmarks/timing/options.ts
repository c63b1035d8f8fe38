import { backendNames } from "../../src/backends/select.ts";
import * as common from "../cli/common.ts";
import { type Asked, flag, option, repeated } from "../cli/options.ts";
import { profiles } from "../experiments/profiles/overhead.ts";
import { count, listOf, nameOf, text, type ValueKind } from "../ground/value_kinds.ts";
import { jaxSubjects } from "./jax_subjects.ts";
import { subjectsOf } from "./subjects.ts";
import { sweptKey } from "./sweep.ts";

const names = listOf(nameOf("backend", [...backendNames, "all"]));

const backends: ValueKind<string[] | "all"> = {
  ...names,
  check(...given) {
    const asked = names.check(...given);
    return asked.includes("all") ? "all" : [...new Set(asked)];
  },
};

const labels = [...subjectsOf(["tensorflow"], true), ...jaxSubjects(["wasm", "webgpu"])]
  .map(({ name, label }) => [name, label]);

export const overheadOptions = {
  profile: common.profile(profiles),
  backends: option(backends, "what computes, the reference first", {
    alias: "backend",
    usual: "the best that is there",
  }),
  peers: repeated(
    text("PYTHON", "a Python interpreter, or jax-js"),
    "time the same step in Python, too, with this interpreter: a peer takes the first that has its " +
      "packages, see benchmarks/timing/peers; jax-js times that on the wasm and webgpu of --backends",
  ),
  arms: option(listOf(text("NAME", "an arm's name")), "these subjects only", {
    names: Object.fromEntries(labels),
  }),
  sweep: repeated(
    sweptKey,
    "a row for each value, in processes of its own, and for every combination where there are " +
      "several keys; of the subjects those of a training step by default",
  ),
  rounds: option(
    count(1),
    "how often each subject runs there and back; from 30 on there are intervals",
  ),
  steps: option(count(1), "steps each time"),
  out: common.out("overhead"),
  resume: flag("with a sweep, keep the rows that are done in --out, and run the rest", {
    excludes: ["force"],
  }),
  force: common.force,
  set: common.set(profiles.quick!),
  dryRun: flag("list the subjects and stop"),
  strict: flag("exit with 1 where a subject failed"),
};

export type OverheadAsked = Asked<typeof overheadOptions>;
