/**
 * The published claims, and the run's verdict on each.
 *
 * @module
 */
import { judge } from "../../judge/claims/judge.ts";
import type { ClaimRow, ClaimVerdict } from "../../judge/claims/row.ts";
import { none } from "../../ground/format.ts";
import type { Result } from "../../record/mod.ts";
import {
  type Block,
  type Cell,
  list,
  type Mood,
  section,
  type Styled,
  type Text,
} from "../document.ts";

const moods: Record<ClaimVerdict, Mood> = {
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

/** One row for each claim, and what was done otherwise than published. */
export function claimBlocks(result: Result): Block[] {
  const all = judge(result);
  const columns = ["claim", "verdict", "published", "ours", "ours − published"];
  const rows = all.map((row): Cell[] => [
    [{ as: "strong", text: row.id }, ` ${row.statement} `, { as: "quiet", text: row.source }],
    [badge(row.verdict), ` ${isProxy(row) ? "by a proxy: " : ""}${row.reason}`],
    row.published,
    row.ours ?? none,
    row.difference ?? none,
  ]);
  const proxies = Map.groupBy(all.filter(isProxy), (row) => row.protocolDifferences.join("; "));
  return [
    { kind: "table", caption: "The published claims", columns, rows },
    ...section(
      "How ours differs",
      list([...proxies.values()].map(differences)),
      3,
    ),
  ];
}

/** Of claims that differ alike; each difference is a part, as all together would be cut. */
function differences(rows: readonly ClaimRow[]): Text {
  return [
    { as: "strong", text: rows.map(({ id }) => id).join(", ") },
    ...rows[0]!.protocolDifferences.flatMap((text, i) => [i === 0 ? ": " : "; ", text]),
  ];
}

function isProxy({ protocolDifferences }: ClaimRow): boolean {
  return protocolDifferences.length > 0;
}

function badge(verdict: ClaimVerdict): Styled {
  return { as: "badge", text: verdict, mood: moods[verdict] };
}
