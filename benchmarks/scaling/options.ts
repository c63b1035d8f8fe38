import * as common from "../cli/common.ts";
import { type Asked, flag, option, repeated } from "../cli/options.ts";
import { profiles } from "../experiments/profiles/scaling.ts";
import { count, listOf, text } from "../ground/value_kinds.ts";
import { arms } from "./arms.ts";

export const scalingOptions = {
  profile: common.profile(profiles),
  workers: option(
    { ...listOf(count(1, 64)), metavar: "1,2,4" },
    "numbers of workers, a row each; more than there are cores take turns, and are marked",
    { usual: "the profile's" },
  ),
  peers: repeated(
    text("PYTHON", "a Python interpreter"),
    "time PyTorch's DistributedDataParallel over gloo, too, with this interpreter or the first that " +
      "has torch; where a compiler for torch.compile is missing, root gets it from apt-get",
  ),
  arms: option(
    listOf(text("NAME", "an arm's name")),
    "these groups only; timm's WS is timed only where it is named",
    { names: Object.fromEntries(arms.map(({ name, label }) => [name, label])) },
  ),
  rounds: option(
    count(1),
    "how often each group runs there and back; from 30 on there are intervals",
  ),
  steps: option(count(1), "steps each time"),
  out: common.out("scaling"),
  resume: flag("keep the rows that are done in --out, and run those that are not", {
    excludes: ["force"],
  }),
  force: common.force,
  set: common.set(profiles.quick!),
  dryRun: flag("list rows and groups, and stop"),
  strict: flag("exit with 1 where a group failed"),
};

export type ScalingAsked = Asked<typeof scalingOptions>;
