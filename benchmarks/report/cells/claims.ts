/**
 * The published claims, and the run's verdict on each.
 *
 * @module
 */
import { type ClaimRow, judge, type Verdict } from "../../judge/claims/mod.ts";
import { none } from "../../ground/format.ts";
import type { Result } from "../../record/mod.ts";
import { badge, list, quiet, section, strong, table } from "../blocks.ts";
import type { Block, Mood, Text } from "../document.ts";

const moods: Record<Verdict, Mood> = {
  "reproduced": "good",
  "not reproduced": "bad",
  "inconclusive": "open",
  "not run": "idle",
};

/** What the run says of the claims, a sentence each. */
export function claimAnswers(result: Result): Text[] {
  if (result.data.generated) {
    return [[strong(
      "Generated data: this shows that the suite runs. It says nothing about Weight " +
        "Standardization.",
    )]];
  }
  const judged = judge(result).filter(({ verdict }) => verdict !== "not run");
  if (judged.length === 0) return ["No claim could be judged: the table of claims says why."];
  return judged.map((row) => [
    badge(row.verdict, moods),
    ` ${row.id}: ${row.statement}. `,
    `${row.ours === undefined ? "" : `Here ${row.ours}`}${isProxy(row) ? ", by a proxy" : ""}: `,
    `${row.reason}.`,
  ]);
}

/** One row for each claim, and how the run's protocol departs from the published one. */
export function claimBlocks(result: Result): Block[] {
  const all = judge(result);
  const proxies = Map.groupBy(all.filter(isProxy), (row) => row.protocolDifferences.join("; "));
  return [
    ...table("The published claims", all, [
      ["claim", (row) => [strong(row.id), ` ${row.statement} `, quiet(row.source)]],
      ["verdict", (row) => [
        badge(row.verdict, moods),
        ` ${isProxy(row) ? "by a proxy: " : ""}${row.reason}`,
      ]],
      ["published", ({ published }) => published],
      ["ours", ({ ours = none }) => ours],
      ["ours − published", ({ difference = none }) => difference],
    ]),
    ...section("How ours differs", list([...proxies.values()].map(differences)), 3),
  ];
}

/** Of claims with the same differences, each a part of the line, as parts are cut where long. */
function differences(rows: readonly ClaimRow[]): Text {
  return [
    strong(rows.map(({ id }) => id).join(", ")),
    ...rows[0]!.protocolDifferences.flatMap((text, i) => [i === 0 ? ": " : "; ", text]),
  ];
}

function isProxy({ protocolDifferences }: ClaimRow): boolean {
  return protocolDifferences.length > 0;
}
