/**
 * `report.md`: the whole result for readers, short enough for a comment on a pull request.
 *
 * @module
 */
import type { Result } from "../record/mod.ts";
import { curvesNote, hasCurves } from "./curves.ts";
import { fitted } from "./fit.ts";
import { grouped } from "../ground/format.ts";
import { escapeHtml } from "./html/markup.ts";
import { differenceSections, earlySections, metricSections } from "./markdown/accuracy.ts";
import {
  environmentSections,
  repeatSections,
  unfinishedSections,
  warningSections,
} from "./markdown/run.ts";
import { speedSections } from "./markdown/speed.ts";
import { plain, table } from "./markdown/table.ts";
import { claimSections, verdictLine } from "./markdown/verdicts.ts";
import { mainMetric, metricLabel } from "./metrics.ts";
import type { ReportFile } from "./exporter.ts";
import { comparisonWarnings, pairingRows } from "./pairing.ts";
import { panelSeed } from "./panel_images.ts";
import { chanceRows, incidentRows } from "./run.ts";

/** GitHub takes 65,536 in a comment; what comments add around the report needs room too. */
const mostCharacters = 60_000;

/** More on top would hide the rest: where one cell does not pair, its arm's others will not either. */
const mostWarnings = 3;

const leftOut = "_Too long to stand here: report.html and result.csv have it._";

/**
 * The Markdown report of a result. What would not fit a comment is left out, the longest first.
 *
 * @param result the result
 */
export function markdownFiles(result: Result): ReportFile[] {
  const blocks = [
    ...headerSections(result),
    ...metricSections(result),
    ...differenceSections(result),
    ...earlySections(result),
    ...speedSections(result),
    ...pictureSections(result),
    ...claimSections(result),
    ...unfinishedSections(result),
    ...warningSections(result),
    ...environmentSections(result),
    ...repeatSections(result),
  ];
  const content = fitted(blocks, mostCharacters, leftOut).join("\n\n");
  return [{ path: "report.md", content: `${content}\n` }];
}

function headerSections(result: Result): string[] {
  const { data, suite, profile } = result;
  const images = `${grouped(data.trainingCount)} training and ` +
    `${grouped(data.validationCount)} validation images`;
  const lines = [
    `- Suite ${plain(suite)}, profile ${plain(profile)}, ${plain(result.createdAt)}`,
    `- Data: ${plain(data.name)}${data.generated ? " (generated)" : ""}, ` +
    `${grouped(data.classes)} classes, ${images}`,
    `- Seeds: ${result.seeds.join(", ")}`,
    `- Backend: ${plain(`${result.environment.backend} ${result.environment.backendVersion}`)}`,
  ];
  const rows = [...chanceRows(result, (name) => `"${plain(name)}"`), ...incidentRows(result)];
  rows.push(...pairingRows(result).map(([name, value]): [string, string] => [name, plain(value)]));
  lines.push(...rows.map(([name, value]) => `- ${name}: ${value}`));
  const warnings = comparisonWarnings(result).map(({ message, advice }) =>
    `**Warning: ${plain(message)}.** ${plain(advice)}.`
  );
  return [
    `# ${plain(result.title)}`,
    ...warnings.slice(0, mostWarnings),
    verdictLine(result),
    lines.join("\n"),
    armTable(result),
  ];
}

function armTable({ arms, cells }: Result): string {
  const rows = arms.map((arm) => {
    const cell = cells.find(({ arm: name, status }) => name === arm.name && status === "done");
    const count = cell === undefined
      ? "–"
      : `${cell.standardizedCount} of ${cell.convolutionCount}`;
    const parameters = cell === undefined ? "–" : grouped(cell.parameterCount);
    return [plain(arm.name), plain(arm.label), plain(arm.description), count, parameters];
  });
  const header = ["arm", "label", "description", "convolutions standardized", "parameters"];
  return table(header, rows, ["l", "l", "l", "r", "r"]);
}

function pictureSections(result: Result): string[] {
  const metric = mainMetric(result);
  const shown = metric === undefined ? "" : ` and ${metricLabel(metric)}`;
  const curves = hasCurves(result)
    ? [
      "## Learning curves",
      curvesNote(result),
      "<picture>\n" +
      `<source media="(prefers-color-scheme: dark)" srcset="curves-dark.svg">\n` +
      `<img alt="${escapeHtml(`Training loss${shown} against steps`)}" src="curves.svg">\n` +
      "</picture>",
    ]
    : [];
  if (result.panels.length === 0) return curves;
  const columns = ["input", "truth", ...result.arms.map(({ label }) => plain(label))].join(", ");
  const seed = panelSeed(result);
  const from = seed === undefined ? "no predictions yet" : `predictions of seed ${seed}`;
  return [
    ...curves,
    "## Predictions",
    `Columns: ${columns} (${from}). Black is ignored, plain gray is missing.`,
    "![Validation images, their truth and the predictions](panel.png)",
  ];
}
