import { type Document, note, partsOf, type Text } from "./document.ts";
import type { AnyRecord } from "../record/mod.ts";
import { documentOf } from "./mod.ts";
import { html } from "./render/html.ts";

/** A record and the folder that its report lies in. */
export interface SiteRun {
  name: string;
  record: AnyRecord;
}

/**
 * The page that leads to reports.
 *
 * @returns the whole file
 */
export async function siteIndex(runs: readonly SiteRun[]): Promise<string> {
  const document: Document = {
    title: "Reports",
    kicker: "Weight standardization",
    answer: [],
    blocks: [
      note("Times compare within a report, never across: machines differ."),
      {
        kind: "table",
        caption: "The reports",
        columns: ["report", "what", "answer", "made"],
        rows: runs.map(runRow),
      },
    ],
  };
  return await html(document);
}

function runRow({ name, record }: SiteRun): Text[] {
  const { title, kicker, answer: [answer = "", ...others] } = documentOf(record);
  const more = others.length === 0 ? "" : `and ${others.length} more`;
  return [
    { as: "link", text: name, to: `${encodeURIComponent(name)}/report.html` },
    [{ as: "strong", text: title }, ` ${kicker}`],
    [...partsOf(answer), " ", { as: "quiet", text: more }],
    record.createdAt.slice(0, 10),
  ];
}
