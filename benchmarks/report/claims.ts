/**
 * The published claims with a verdict on each, whatever it was judged by.
 *
 * @module
 */
import type { ClaimRow, ClaimVerdict } from "../judge/claims/row.ts";
import { none } from "../ground/format.ts";
import { badge, list, quiet, section, strong, table } from "./blocks.ts";
import type { Block, Mood, Text } from "./document.ts";

const moods: Record<ClaimVerdict, Mood> = {
  "reproduced": "good",
  "not reproduced": "bad",
  "inconclusive": "open",
  "no verdict": "idle",
  "not run": "idle",
};

/** What was found, a sentence for each claim that has a verdict. */
export function claimSentences(rows: readonly ClaimRow[]): Text[] {
  return rows.filter(({ verdict }) => verdict !== "not run").map((row) => [
    badge(row.verdict, moods),
    ` ${row.id}: ${row.statement}. `,
    `${row.ours === undefined ? "" : `Here ${row.ours}`}${isProxy(row) ? ", by a proxy" : ""}: `,
    `${row.reason}.`,
  ]);
}

/** One row for each claim, and how the protocol departs from the published one. */
export function claimTable(all: readonly ClaimRow[]): Block[] {
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

/** Whether a verdict rests on a run that differs from the published one. */
export function isProxy({ protocolDifferences }: ClaimRow): boolean {
  return protocolDifferences.length > 0;
}
