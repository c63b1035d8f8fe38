/**
 * What the command line of the reference runs takes.
 *
 * @module
 */
import { type Asked, flag, option } from "../cli/options.ts";
import { count, folder, number } from "../ground/value_kinds.ts";

/** What may stand on the command line of the reference runs. */
export const referenceOptions = {
  camvid: option(folder, "CamVid in ADE20k's layout, at 240 × 180"),
  cifar10: option(folder, "the JPEG subset of CIFAR-10: train.tar and test.tar"),
  out: option(folder, "where a folder of each part goes", { default: "reports" }),
  work: option(folder, "where the shards of each part lie: to go on, the same as before", {
    default: ".cache/reference",
  }),
  jobs: option(
    count(1, 64),
    "processes beside each other: into so many shards a part is cut when it begins",
    { usual: "one for each core" },
  ),
  maxHours: option(
    number("hours, a number > 0", (hours) => hours > 0),
    "stop the shards under way after so many hours, with exit code 4; the same command goes on",
    { usual: "no limit" },
  ),
  dryRun: flag("print the budget, from a short probe of each part, and stop"),
};

/** What the command line asks for. */
export type ReferenceAsked = Asked<typeof referenceOptions>;
