/**
 * The published claims, and the run's verdict on each.
 *
 * @module
 */
import { type ClaimRow, judge, type Verdict } from "../../judge/claims/mod.ts";
import type { Result } from "../../record/mod.ts";
import { none, oneLine } from "../../ground/format.ts";
import { type Markup, markup } from "./markup.ts";
import type { Section } from "./page.ts";
import { dataTable, type TableRow } from "./table.ts";

/** What the run says of the claims, in the head of the report. */
export function verdictMarkup(result: Result): Markup {
  if (result.data.generated) {
    return markup`<p class="verdict">Generated data: this shows that the suite runs. It says nothing
about Weight Standardization.</p>`;
  }
  const judged = judge(result).filter(({ verdict }) => verdict !== "not run");
  if (judged.length === 0) {
    return markup`<p class="verdict">No claim could be judged: the table of claims says why.</p>`;
  }
  const lines = judged.map((row) =>
    markup`<p><b>${row.id}</b> ${badge(row.verdict)} ${proxy(row)}${oneLine(row.reason)}</p>`
  );
  return markup`<div class="verdict">${lines}</div>`;
}

/** One row for each claim. */
export function claimSection(result: Result): Section {
  const rows = judge(result).map((row): TableRow => [
    row.id,
    markup`${badge(row.verdict)} <span>${proxy(row)}${oneLine(row.reason)}</span>${
      differences(row)
    }`,
    markup`${row.statement} <span class="source">${row.source}</span>`,
    row.published,
    row.ours ?? none,
    row.difference ?? none,
  ]);
  const titles = ["claim", "verdict", "statement", "published", "ours", "ours − published"];
  const table = dataTable("The published claims", titles.map((title) => ({ title })), rows);
  return { id: "claims", title: "Claims", body: markup`<div class="prose">${table}</div>` };
}

function proxy({ protocolDifferences }: ClaimRow): string {
  return protocolDifferences.length > 0 ? "by a proxy; " : "";
}

function differences({ protocolDifferences }: ClaimRow): Markup {
  if (protocolDifferences.length === 0) return markup``;
  const items = protocolDifferences.map((text) => markup`<li>${oneLine(text)}</li>`);
  return markup`<details><summary>done otherwise than published</summary><ul>${items}</ul></details>`;
}

const marks: Record<Verdict, string> = {
  "reproduced": "yes",
  "not reproduced": "no",
  "inconclusive": "open",
  "not run": "idle",
};

function badge(verdict: Verdict): Markup {
  return markup`<span class="badge ${marks[verdict]}">${verdict}</span>`;
}
