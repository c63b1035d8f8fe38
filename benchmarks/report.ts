/**
 * `deno task report DIR [DIR…] [--out DIR]`: rebuilds the reports of a run from its `result.json`,
 * whatever program wrote it, and merges the cells of several, e.g. of shards. A record of an
 * earlier version is written anew in the present form.
 *
 * @module
 */
import * as common from "./cli/common.ts";
import { option } from "./cli/options.ts";
import { type Program, program, start } from "./cli/program.ts";
import { UsageError } from "./ground/errors.ts";
import { count, folder } from "./ground/value_kinds.ts";
import { rebuild } from "./report/rebuild.ts";

/** The program. */
export const report: Program = program({
  command: "deno task report",
  summary:
    "Rebuilds the reports of a finished run, or merges the cells of several, e.g. of shards.",
  operands: { "DIR...": "the folder of a run; of several, the cells are merged" },
  options: {
    out: option(folder, "where the reports go, and what is merged", {
      usual: "the run's own folder",
    }),
    force: common.force,
    curvePoints: option(
      count(1),
      "make the record small: so many points of a cell's training curve at most, each the mean of the " +
        "losses since the last; and as many of its steps' durations",
      { usual: "a point a step" },
    ),
  },
  examples: ["deno task report DIR", "deno task report DIR1 DIR2 --out DIR"],
  async run({ out, force, curvePoints }, { operands }) {
    if (operands.length > 1 && out === undefined) {
      throw new UsageError("Cannot merge several runs without --out DIR, a folder for the whole");
    }
    console.log(`report: ${await rebuild(operands, out ?? operands[0]!, { force, curvePoints })}`);
  },
});

if (import.meta.main) await start(report);
