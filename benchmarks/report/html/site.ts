import type { Result } from "../../record/mod.ts";
import { mainMetric, metricLabel, rowsOf } from "../metrics.ts";
import { scoreOf, scoreText } from "../scores.ts";
import { type Markup, markup } from "./markup.ts";
import { page } from "./page.ts";
import { dataTable, type TableRow } from "./table.ts";

/** A run and the folder that its report lies in. */
export interface SiteRun {
  name: string;
  result: Result;
}

/**
 * The page that leads to the reports of runs.
 *
 * @param runs the runs
 * @returns the whole file
 */
export async function siteIndex(runs: readonly SiteRun[]): Promise<string> {
  const titles = ["report", "suite", "data", "seeds", "backend", "result", "made"];
  const columns = titles.map((title) => ({
    title,
    numeric: title === "seeds" || title === "made",
  }));
  const body = dataTable("The reports", columns, runs.map(runRow));
  const header = markup`<header><p class="eyebrow">Weight standardization</p><h1>Reports</h1>
<p class="note">Times compare within a report, never across: machines differ.</p></header>`;
  return await page("Weight standardization: reports", header, [
    { id: "reports", title: "All runs", body },
  ]);
}

function runRow({ name, result }: SiteRun): TableRow {
  const { suite, profile, data, seeds, environment, createdAt } = result;
  return [
    markup`<a href="${encodeURIComponent(name)}/report.html">${name}</a>`,
    `${suite}, ${profile}`,
    `${data.name}${data.generated ? " (generated)" : ""}`,
    { shows: `${seeds.length}`, by: seeds.length },
    `${environment.backend} ${environment.backendVersion}`,
    scores(result),
    createdAt.slice(0, 10),
  ];
}

function scores(result: Result): Markup {
  const metric = mainMetric(result);
  if (metric === undefined) return markup``;
  const lines = rowsOf(result).map((row) =>
    markup`<div>${row.label}: ${scoreText(scoreOf(row, metric), metric)}</div>`
  );
  return markup`<div class="source">${metricLabel(metric)}</div>${lines}`;
}
