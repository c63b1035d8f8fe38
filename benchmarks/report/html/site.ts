import { counted } from "../../ground/format.ts";
import type { AnyRecord, Kind, RecordOf, Result } from "../../record/mod.ts";
import { mainMetric, metricLabel, rowsOf } from "../metrics.ts";
import { scoreOf, scoreText } from "../scores.ts";
import { type Markup, markup } from "./markup.ts";
import { page } from "./page.ts";
import { dataTable, type TableRow } from "./table.ts";

/** A run, and where its report lies. */
export interface SiteRun {
  record: AnyRecord;
  /** From the site's folder, such as `a-run/report.html`. */
  path: string;
}

/**
 * The page that leads to the reports of runs.
 *
 * @param runs the runs
 * @returns the whole file
 */
export async function siteIndex(runs: readonly SiteRun[]): Promise<string> {
  const titles = ["report", "suite", "what", "backend", "result", "made"];
  const columns = titles.map((title) => ({ title, numeric: title === "made" }));
  const body = dataTable("The reports", columns, runs.map(runRow));
  const header = markup`<header><p class="eyebrow">Weight standardization</p><h1>Reports</h1>
<p class="note">Times compare within a report, never across: machines differ.</p></header>`;
  return await page("Weight standardization: reports", header, [
    { id: "reports", title: "All runs", body },
  ]);
}

function runRow({ record, path }: SiteRun): TableRow {
  const { suite, profile, environment, createdAt } = record;
  const { backend, backendVersion = "" } = environment;
  const href = path.split("/").map(encodeURIComponent).join("/");
  const [what, outcome] = summaryOf(record);
  return [
    markup`<a href="${href}">${path.slice(0, path.indexOf("/"))}</a>`,
    `${suite}, ${profile}`,
    what,
    `${backend} ${backendVersion}`.trim(),
    outcome,
    createdAt.slice(0, 10),
  ];
}

/** What was measured and what came of it, by kind. */
const summaries: { readonly [K in Kind]: (record: RecordOf<K>) => [string, string | Markup] } = {
  cells: (result) => {
    const { name, generated } = result.data;
    const seeds = counted(result.seeds.length, "seed");
    return [`${name}${generated ? " (generated)" : ""}, ${seeds}`, scores(result)];
  },
  timings: ({ config, rows }) => {
    const subjects = new Set(rows.flatMap(({ subjects }) => subjects.map(({ name }) => name)));
    return [`${config.description ?? ""}`, counted(subjects.size, "subject")];
  },
  changes: (
    { versions, verdict },
  ) => [`${versions.head.name} against ${versions.base.name}`, verdict],
  detection: ({ title, times }) => [title, counted(times.length, "comparison")],
};

function summaryOf<K extends Kind>(record: RecordOf<K>): [string, string | Markup] {
  return (summaries[record.kind as K] as (record: RecordOf<K>) => [string, string | Markup])(
    record,
  );
}

function scores(result: Result): Markup {
  const metric = mainMetric(result);
  if (metric === undefined) return markup``;
  const lines = rowsOf(result).map((row) =>
    markup`<div>${row.label}: ${scoreText(scoreOf(row, metric), metric)}</div>`
  );
  return markup`<div class="source">${metricLabel(metric)}</div>${lines}`;
}
