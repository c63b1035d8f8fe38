/**
 * Pages of Markdown with tables that are made of kept records, between marks.
 *
 * @module
 */
import { markdownTable } from "markdown-table";
import { unknownName, UsageError } from "../ground/errors.ts";
import { counted, none } from "../ground/format.ts";
import type { Environment } from "../record/mod.ts";
import { backendText } from "../report/closing.ts";

/** A table; where the page is formatted, as `deno fmt` has it. */
export function table(cells: readonly string[][], { isAligned }: { isAligned: boolean }): string {
  const lines = cells.map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  return markdownTable(lines, { alignDelimiters: isAligned });
}

/** What computed, as a table has it. */
export function machineText(environment: Environment): string {
  const { cpu, cores, gpu } = environment;
  const parts = [cpu, counted(cores, "core"), ...(gpu === undefined ? [] : [gpu])];
  return `${parts.join(", ")}; ${backendText(environment)}`;
}

/** The commit that computed, as a table has it. */
export function commitText({ commit, dirty = false }: Environment): string {
  if (commit === undefined) return none;
  return `\`${commit.slice(0, 8)}\`${dirty ? ", with changes" : ""}`;
}

const begin = "<!-- By `deno task report:claims`, of the kept records: ";
const end = "<!-- End of what `deno task report:claims` writes. -->";

/** A table's place in a page: the mark with its name, what is there but for another mark, and the end's. */
const places = new RegExp(`${begin}(.+?) -->\n(?:(?!${begin})[^])*?${end}`, "g");

/**
 * A page with its tables between their marks.
 *
 * @param tables by name
 * @param path of the page, for the error
 * @throws {UsageError} if the page has no place for a table, or one for a table that there is not
 */
export function withTables(
  page: string,
  tables: ReadonlyMap<string, string>,
  path: string,
): string {
  const names = [...page.matchAll(places)].map(([, name]) => name!);
  const known = [...tables.keys()];
  const marks = page.split(begin).length - 1;
  if (names.length === 0 || names.length < marks) {
    const seen = marks === 0 ? "no place for any" : "a mark without the one that ends it";
    throw new UsageError(
      `Cannot write tables into ${path} as it has ${seen}: where one is to stand put ` +
        `"${begin}${known[0]} -->", and below it "${end}"`,
    );
  }
  const stranger = names.find((name) => !tables.has(name));
  if (stranger !== undefined) throw unknownName(`table of ${path}`, stranger, known);
  return page.replace(places, (_, name) => `${begin}${name} -->\n\n${tables.get(name)}\n\n${end}`);
}
