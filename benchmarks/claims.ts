/**
 * `deno task report:claims`: what the kept reports say of the published claims, as tables in
 * `reports/README.md` and in the README, and what the reference runs found, in `docs/results.md`.
 *
 * @module
 */
import { join } from "node:path";
import { type Program, program, start } from "./cli/program.ts";
import { readText } from "./ground/files.ts";
import { longTable, shortTable } from "./reference/claim_tables.ts";
import { evidence } from "./reference/evidence.ts";
import { findingsOf } from "./reference/findings.ts";
import { withTables } from "./reference/pages.ts";
import { keptParts, resultTables } from "./reference/result_tables.ts";

/**
 * The pages with tables of what kept records give.
 *
 * @param root the folder of the project
 * @returns by the page's path from there, its text as it is to be
 * @throws {UsageError} if a page lacks a place, has one of an unknown table, or a record cannot be
 * read or judged
 */
export async function claimPages(root: string): Promise<Map<string, string>> {
  const reports = join(root, "reports");
  const findings = await findingsOf(reports, evidence);
  const tables = {
    "reports/README.md": new Map([["claims", longTable(findings)]]),
    "README.md": new Map([["claims", shortTable(findings)]]),
    "docs/results.md": resultTables(await keptParts(reports)),
  };
  const pages = Object.entries(tables).map(async ([path, table]) => {
    return [path, withTables(await readText(join(root, path)), table, path)] as const;
  });
  return new Map(await Promise.all(pages));
}

/** The program. */
export const claims: Program = program({
  command: "deno task report:claims",
  summary: "Judges the published claims by the kept reports, and writes the verdicts into " +
    "reports/README.md and README.md, and what the reference runs found into docs/results.md. " +
    "Which report bears on which claim: benchmarks/reference/evidence.ts.",
  options: {},
  examples: ["deno task report:claims"],
  async run() {
    for (const [path, text] of await claimPages(".")) {
      await Deno.writeTextFile(path, text);
      console.log(`claims: ${path}`);
    }
  },
});

if (import.meta.main) await start(claims);
