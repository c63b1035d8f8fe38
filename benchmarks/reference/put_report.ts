/**
 * The report of a part, made beside its place and put into it whole: until then, and wherever that
 * is cut off, the one before is there.
 *
 * @module
 */
import { basename, dirname, join } from "node:path";
import { syncFolder } from "../../datasets/durable.ts";
import { exists, listFolder, remove } from "../ground/files.ts";
import type { CellId } from "../record/mod.ts";
import { runContents } from "../record/run_folder.ts";
import { removeReport } from "../report/mod.ts";
import { rebuild } from "../report/rebuild.ts";
import { gatherFew } from "./kept.ts";

/** Where a report is made, or waits to be removed: on the disk of its place, hidden beside it. */
function beside(out: string, what: "new" | "old"): string {
  return join(dirname(out), `.${basename(out)}.${what}`);
}

/** Points of a cell's curve that are kept: enough to see its course. */
const curvePoints = 24;

/**
 * Merges the shards of a part into its report, and keeps a few of their weights beside it.
 *
 * @param shards the folders of all shards, whose cells are done
 * @param out the folder of the report; what is a run's or a report's in it is replaced
 * @param needed cells whose weights must be kept
 * @returns the weights that are missing, a line each
 * @throws {UsageError} if the shards are not of one run, or it cannot be written
 */
export async function putReport(
  shards: readonly string[],
  out: string,
  needed: readonly CellId[] = [],
): Promise<string[]> {
  const fresh = beside(out, "new");
  await settle(out);
  await remove(fresh);
  await rebuild(shards, fresh, { weights: false, curvePoints });
  const missing = await gatherFew(shards, fresh, needed);
  if (await exists(out)) await Deno.rename(out, beside(out, "old"));
  await Deno.rename(fresh, out);
  await syncFolder(dirname(out));
  await settle(out);
  return missing;
}

/**
 * Ends a replacement: where the new report is in its place the old one goes, else it comes back. What
 * somebody else has put beside the old one stays.
 */
async function settle(out: string): Promise<void> {
  const old = beside(out, "old");
  if (!await exists(old)) return;
  if (!await exists(out)) return await Deno.rename(old, out);
  await removeReport(old);
  for (const { name } of await listFolder(old)) {
    const isForeign = !runContents.includes(name) && !await exists(join(out, name));
    if (isForeign) await Deno.rename(join(old, name), join(out, name));
  }
  await remove(old);
}
