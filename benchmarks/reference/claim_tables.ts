/**
 * The claims and what kept reports say of them, as Markdown: at length for `reports/README.md`, in
 * short for the README.
 *
 * @module
 */
import { none, oneLine } from "../ground/format.ts";
import type { ClaimRow } from "../judge/claims/row.ts";
import { isProxy } from "../report/claims.ts";
import type { Found } from "./findings.ts";
import { commitText, machineText, table } from "./pages.ts";
import { repeating } from "./repeating.ts";

const notYet = "not run yet";

/** A row for each claim and report, with all that it takes to repeat it. */
export function longTable(findings: readonly Found[]): string {
  const head = ["claim", "verdict", "ours", "report", "command", "machine", "date", "commit"];
  const rows = findings.map((found, i) => [claimText(found, findings[i - 1]), ...longCells(found)]);
  return table([head, ...rows], { isAligned: false });
}

/** The statement is said once where the next report is held against the same. */
function claimText({ id, statement }: Found, before: Found | undefined): string {
  const isSaid = before?.id === id && before.statement === statement;
  return isSaid ? id : `**${id}** ${statement}`;
}

function longCells({ report, judged }: Found): string[] {
  if (judged === undefined) return [notYet, none, `\`${report}\``, ...Array(4).fill(none)];
  const { row, record } = judged;
  return [
    `**${row.verdict}**${byProxy(row)}: ${oneLine(row.reason)}`,
    oursText(row),
    `[${report}](${report}/report.md)`,
    code(repeating(report, record)),
    machineText(record.environment),
    record.createdAt.slice(0, 10),
    commitText(record.environment),
  ];
}

/** A row for each claim: what the first report says, and the verdicts of others that are there. */
export function shortTable(findings: readonly Found[]): string {
  const claims = [...Map.groupBy(findings, ({ id }) => id).values()];
  const rows = claims.map(([first, ...others]) => {
    const { id, statement, report, judged } = first!;
    return [
      `**${id}** ${statement}`,
      judged === undefined ? notYet : `**${judged.row.verdict}**${byProxy(judged.row)}`,
      oursText(judged?.row),
      reportsText(judged === undefined ? [] : [link(report, report)], others),
    ];
  });
  return table([["claim", "verdict", "ours", "report"], ...rows], { isAligned: true });
}

/** Of the others verdicts are enough: what they measured is in the other table. */
function reportsText(first: readonly string[], others: readonly Found[]): string {
  const there = others.flatMap(({ report, judged }) =>
    judged === undefined ? [] : [link(judged.row.verdict, report)]
  );
  const rest = there.length === 0 ? [] : [`others: ${there.join(", ")}`];
  return [...first, ...rest].join("; ") || none;
}

const link = (text: string, report: string) => `[${text}](reports/${report}/report.md)`;

function oursText(row: ClaimRow | undefined): string {
  return oneLine(row?.ours ?? none);
}

function byProxy(row: ClaimRow): string {
  return isProxy(row) ? " by a proxy" : "";
}

/** Commands may hold what Markdown's own spans of code cannot. */
function code(command: string): string {
  const escaped = command.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<code>${escaped.replace(/[\\*_`[\]~$]/g, "\\$&")}</code>`;
}
