/**
 * Which parts are run, and whether they can be.
 *
 * @module
 */
import { exists } from "../ground/files.ts";
import { unknownName, UsageError } from "../ground/errors.ts";
import type { CellId } from "../record/mod.ts";
import type { ReferencePart } from "./part.ts";
import { type Places, reportOf, startOf } from "./program.ts";

/** The parts to run, and the names of those that are passed over. */
export interface Chosen {
  chosen: ReferencePart[];
  passed: string[];
}

/**
 * The parts that are asked for; else those that have no report.
 *
 * @param parts all that there are, each after those that it takes something of
 * @param names of those that are asked for
 * @throws {UsageError} if a name is none of a part (suggests the nearest), or a part's data, or the
 * weights or rates that it takes, are neither there nor to come
 */
export async function chooseParts(
  parts: readonly ReferencePart[],
  names: readonly string[],
  places: Places,
): Promise<Chosen> {
  const known = parts.map(({ name }) => name);
  const stranger = names.find((name) => !known.includes(name));
  if (stranger !== undefined) throw unknownName("part", stranger, known);
  const asked = parts.filter(({ name }) => names.length === 0 || names.includes(name));
  const passed = new Set<string>();
  for (const part of names.length > 0 ? [] : asked) {
    if (await hasReport(part, places)) passed.add(part.name);
  }
  const chosen = asked.filter(({ name }) => !passed.has(name));
  for (const part of chosen) await checkCanRun(part, chosen, places);
  return { chosen, passed: [...passed] };
}

async function checkCanRun(
  part: ReferencePart,
  chosen: readonly ReferencePart[],
  places: Places,
): Promise<void> {
  const data = places.data[part.data];
  if (data === undefined) {
    throw new UsageError(`Cannot run ${part.name} without its data: give --${part.data} DIR`);
  }
  if (!await exists(data)) {
    throw new UsageError(
      `Cannot run ${part.name} as there is no ${data}: give the folder of its data by --${part.data} DIR`,
    );
  }
  const missing = (await missingOf(part, places))
    .find(({ part }) => !chosen.some(({ name }) => name === part));
  if (missing === undefined) return;
  throw new UsageError(
    `Cannot run ${part.name} as the ${missing.what} are not there, ${missing.path}: run ` +
      `${missing.part} before it, by its name`,
  );
}

/** Whether a part has its report: it is put there whole. */
export async function hasReport(
  part: Pick<ReferencePart, "name">,
  places: Pick<Places, "out">,
): Promise<boolean> {
  return await exists(reportPage(part, places));
}

/** A report's page, which is in a report that is whole. */
function reportPage(part: Pick<ReferencePart, "name">, places: Pick<Places, "out">): string {
  return `${reportOf(part, places)}/report.html`;
}

/** What a part takes of another one that is not done. */
export interface Missing {
  part: string;
  /** What it takes, in words. */
  what: string;
  /** Where that will be. */
  path: string;
}

/** What a part takes of others and is not there. */
export async function missingOf(
  part: ReferencePart,
  places: Pick<Places, "out">,
): Promise<Missing[]> {
  const { startsFrom, rates = [] } = part;
  const start = startOf(part, places);
  const wanted = [
    ...(startsFrom === undefined || start === undefined
      ? []
      : [{ part: startsFrom.part, what: "weights that it begins from", path: start }]),
    ...rates.flatMap(({ pilots }) => pilots).map((name) => ({
      part: name,
      what: "learning rates that it takes",
      path: reportPage({ name }, places),
    })),
  ];
  const isThere = await Promise.all(wanted.map(({ path }) => exists(path)));
  return wanted.filter((_, i) => !isThere[i]);
}

/** The cells of a part whose weights others begin from. */
export function neededOf(
  { name }: Pick<ReferencePart, "name">,
  parts: readonly ReferencePart[],
): CellId[] {
  return parts.flatMap(({ startsFrom }) => startsFrom?.part === name ? [startsFrom] : []);
}
