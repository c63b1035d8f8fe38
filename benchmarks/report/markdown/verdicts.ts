/**
 * The section on the published claims, and the line that sums it up.
 *
 * @module
 */
import { type ClaimRow, judge } from "../../judge/claims/mod.ts";
import type { Result } from "../../record/mod.ts";
import { none } from "../../ground/format.ts";
import { plain, table } from "./table.ts";

/** What the run says of the claims, in a line. */
export function verdictLine(result: Result): string {
  if (result.data.generated) {
    return "**Generated data: this shows that the suite runs. It says nothing about Weight " +
      "Standardization.**";
  }
  const judged = judge(result).filter(({ verdict }) => verdict !== "not run");
  if (judged.length === 0) return "**No claim could be judged: the table of claims says why.**";
  return judged.map((row) =>
    `**${row.id}: ${row.verdict}**${isProxy(row) ? " (by a proxy)" : ""}, ${plain(row.reason)}.`
  ).join(" ");
}

/** One row for each claim. */
export function claimSections(result: Result): string[] {
  const header = ["claim", "published", "ours", "ours − published", "done otherwise", "verdict"];
  const rows = judge(result).map((row) => [
    `**${row.id}** ${plain(row.statement)} (${plain(row.source)})`,
    plain(row.published),
    plain(row.ours ?? none),
    row.difference ?? none,
    isProxy(row) ? `proxy: ${row.protocolDifferences.map(plain).join("; ")}` : none,
    `**${row.verdict}**: ${plain(row.reason)}`,
  ]);
  return ["## Claims", table(header, rows, header.map(() => "l"))];
}

function isProxy({ protocolDifferences }: ClaimRow): boolean {
  return protocolDifferences.length > 0;
}
