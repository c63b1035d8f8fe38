import type { AnyRecord } from "../record/mod.ts";
import { note, quiet, strong, table } from "./blocks.ts";
import type { Text } from "./document.ts";
import { documentOf } from "./mod.ts";
import { html } from "./render/html.ts";
import { partsOf } from "./text.ts";

/** A record and the folder that its report lies in. */
export interface SiteRun {
  name: string;
  record: AnyRecord;
}

/**
 * The page that links to the reports.
 *
 * @param runs the reports
 * @param hasDemo whether the demo page lies beside them
 */
export async function siteIndex(runs: readonly SiteRun[], hasDemo: boolean): Promise<string> {
  const reports = runs.map(({ name, record }) => ({ ...documentOf(record), name, record }));
  return await html({
    title: "Reports",
    kicker: "Weight standardization",
    answer: [],
    blocks: [
      ...(hasDemo ? [demo] : []),
      note("Times compare within a report, never across: machines differ."),
      ...table("The reports", reports, [
        ["report", ({ name }) => {
          return { as: "link", text: name, to: `${encodeURIComponent(name)}/report.html` };
        }],
        ["what", ({ title, kicker }) => [strong(title), ` ${kicker}`]],
        ["answer", ({ answer }) => answerText(answer)],
        ["made", ({ record }) => record.createdAt.slice(0, 10)],
      ]),
    ],
  });
}

const demo = note([
  { as: "link", text: "Fine-tune BiT in your browser", to: "demo/index.html" },
  ": the library at work, on your own pictures, which stay on your computer.",
]);

function answerText([answer = "", ...others]: readonly Text[]): Text {
  const more = others.length === 0 ? "" : `and ${others.length} more`;
  return [...partsOf(answer), " ", quiet(more)];
}
