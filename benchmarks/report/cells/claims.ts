/**
 * The published claims, and the run's verdict on each.
 *
 * @module
 */
import { type ClaimRow, judge, type Verdict } from "../../judge/claims/mod.ts";
import { none } from "../../ground/format.ts";
import type { Result } from "../../record/mod.ts";
import type { Block, Cell, Mood, Styled, Text } from "../document.ts";

const moods: Record<Verdict, Mood> = {
  "reproduced": "good",
  "not reproduced": "bad",
  "inconclusive": "open",
  "not run": "idle",
};

/** What the run says of the claims, a sentence each. */
export function claimAnswers(result: Result): Text[] {
  if (result.data.generated) {
    return [[{
      as: "strong",
      text: "Generated data: this shows that the suite runs. It says nothing about Weight " +
        "Standardization.",
    }]];
  }
  const judged = judge(result).filter(({ verdict }) => verdict !== "not run");
  if (judged.length === 0) return ["No claim could be judged: the table of claims says why."];
  return judged.map((row) => [
    badge(row.verdict),
    ` ${row.id}: ${row.statement}. `,
    `${row.ours === undefined ? "" : `Here ${row.ours}`}${isProxy(row) ? ", by a proxy" : ""}: `,
    `${row.reason}.`,
  ]);
}

/** One row for each claim. */
export function claimBlocks(result: Result): Block[] {
  const columns = ["claim", "verdict", "published", "ours", "ours − published", "how ours differs"];
  const rows = judge(result).map((row): Cell[] => [
    [{ as: "strong", text: row.id }, ` ${row.statement} `, { as: "quiet", text: row.source }],
    [badge(row.verdict), ` ${row.reason}`],
    row.published,
    row.ours ?? none,
    row.difference ?? none,
    isProxy(row) ? `a proxy: ${row.protocolDifferences.join("; ")}` : none,
  ]);
  return [{ kind: "table", caption: "The published claims", columns, rows }];
}

function isProxy({ protocolDifferences }: ClaimRow): boolean {
  return protocolDifferences.length > 0;
}

function badge(verdict: Verdict): Styled {
  return { as: "badge", text: verdict, mood: moods[verdict] };
}
