import { join, resolve } from "node:path";
import { UsageError } from "../ground/errors.ts";
import { removeTemporaries } from "../ground/files.ts";
import { lockFolder } from "../ground/lock.ts";
import { type AnyRecord, gatherWeights, openRecord, upgrade } from "../record/mod.ts";
import { mergeRecords } from "../record/merge_runs.ts";
import { thinned } from "../record/thin.ts";
import { takeFolder } from "../record/run_folder.ts";
import { writeReport } from "./mod.ts";

/** How {@linkcode rebuild} writes. */
export interface RebuildOptions {
  /** Whether another run in `out` is replaced. @default false */
  force?: boolean;
  /** Whether kept weights are taken along. @default true */
  weights?: boolean;
  /** The most points of a cell's curve, see {@linkcode thinned}; all of them without. */
  curvePoints?: number | undefined;
}

/**
 * Rebuilds the reports of a run, or merges runs of one comparison and writes the reports of the
 * whole. All is read before anything is written.
 *
 * @param folders the runs' folders
 * @param out where the whole record and its reports go
 * @returns the report to read first
 * @throws {UsageError} if a record cannot be read, several are not of one comparison or of a kind
 * that cannot be merged, cells of one seed began from other weights, or `out` holds another run
 */
export async function rebuild(
  folders: readonly string[],
  out: string,
  { force = false, weights = true, curvePoints }: RebuildOptions = {},
): Promise<string> {
  const runs = [];
  for (const folder of folders) runs.push({ folder, ...await openRecord(folder) });
  const [first, ...others] = runs;
  if (first === undefined) throw new UsageError("Cannot report as no folder is given");
  const merged = mergeRecords([first.record, ...others.map(({ record }) => record)]);
  const whole = curvePoints === undefined ? merged : thinned(merged, curvePoints);
  if (whole === first.record && resolve(first.folder) === resolve(out)) {
    await removeLeft(out);
    await upgrade(out, first);
  } else {
    const isOurs = await holdsOneOf(runs.map(({ record }) => record), out);
    using folder = await takeFolder(out, isOurs ? { resume: true, force: false } : { force });
    await folder.save(whole);
    for (const missing of weights ? await gatherWeights(runs, whole, out) : []) {
      console.error(`warning: kept weights are not in ${out}: ${missing}`);
    }
  }
  await writeReport(out, whole);
  return join(out, "report.html");
}

/** Removes what a report that was killed left half-made, unless a run is under way that may have made it. */
async function removeLeft(folder: string): Promise<void> {
  try {
    using _lock = await lockFolder(folder);
    await removeTemporaries(folder);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error; // a run is: it removes them when it goes on
  }
}

/** Whether the run in a folder is one of these, or was merged from them: they begin alike. */
async function holdsOneOf(records: readonly AnyRecord[], folder: string): Promise<boolean> {
  const there = await openRecord(folder).then(({ record }) => record, () => undefined);
  return records.some((each) => each.kind === there?.kind && each.createdAt === there.createdAt);
}
