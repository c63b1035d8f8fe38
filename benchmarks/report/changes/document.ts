/**
 * The report of two versions beside each other.
 *
 * @module
 */
import { basename, dirname } from "node:path";
import type { ChangesRecord, MetricRecord, Verdict, VersionRecord } from "../../record/mod.ts";
import { bounds, counted, fixed, signed } from "../../ground/format.ts";
import { closingBlocks, made } from "../closing.ts";
import {
  type Block,
  type Cell,
  type Document,
  list,
  type Mood,
  note,
  type NumberCell,
  section,
  type Styled,
  type Text,
  warningText,
} from "../document.ts";

const headlines: Record<Verdict, string> = {
  regression: "Regression",
  inconclusive: "Inconclusive: no regression was shown, nor excluded",
  improvement: "Improvement, and no regression",
  unchanged: "No regression",
};

const moods: Record<Verdict, Mood> = {
  regression: "bad",
  inconclusive: "open",
  improvement: "good",
  unchanged: "good",
};

/** The report of a comparison. */
export function changesDocument(record: ChangesRecord): Document {
  const { metrics, versions, warnings } = record;
  return {
    title: headlines[record.verdict],
    kicker: `${nameOf(versions.head)} against ${nameOf(versions.base)}`,
    answer: [changeAnswer(record)],
    blocks: [
      metricTable(metrics),
      ...list(metrics.map(({ label, verdict, reason }) => `${label}: ${verdict}, ${reason}`)),
      note(legend(record)),
      ...section("Warnings", list(warnings.map(warningText))),
      ...closingBlocks(record, [
        ["base", versionText(versions.base)],
        ["head", versionText(versions.head)],
        ["how", record.mode === "commits" ? "both run in turn" : "both stored"],
        made(record),
      ]),
    ],
  };
}

/** What changed, in a sentence: the metrics that changed, or that none did. */
function changeAnswer({ metrics, verdict }: ChangesRecord): Text {
  const those = metrics.filter((metric) => metric.verdict === verdict);
  const parts = those.map((metric) => {
    const range = metric.interval === undefined
      ? ""
      : ` ${bounds(metric.interval, digitsOf(metric))}`;
    return `${metric.label} ${signed(metric.change, digitsOf(metric))} ${unitOf(metric)}${range}`;
  });
  const counts = `${those.length} of ${counted(metrics.length, "metric")}`;
  return [badge(verdict), ` in ${counts}: ${parts.join("; ")}.`];
}

function badge(verdict: Verdict): Styled {
  return { as: "badge", text: verdict, mood: moods[verdict] };
}

/** What was asked for; of a file its folder, as the rest of the path is this machine's. */
function nameOf({ name }: VersionRecord): string {
  return basename(name) === "result.json" ? basename(dirname(name)) : basename(name);
}

function versionText(version: VersionRecord): string {
  const { commit, dirty = false } = version;
  const name = nameOf(version);
  const details = [commit?.slice(0, 12), dirty ? "with changes" : undefined].filter((text) =>
    text !== undefined && text !== name
  );
  return `${name}${details.length > 0 ? ` (${details.join(", ")})` : ""}`;
}

function metricTable(metrics: readonly MetricRecord[]): Block {
  const columns = ["metric", "base", "head", "change [95 % interval]", "tolerance", "n", "verdict"];
  const rows = metrics.map((metric): Cell[] => [
    metric.label,
    { value: metric.base, digits: digitsOf(metric), unit: metric.unit },
    { value: metric.head, digits: digitsOf(metric), unit: metric.unit },
    changeCell(metric),
    `${fixed(metric.tolerance, 1)} ${unitOf(metric)}`,
    { value: metric.n, digits: 0 },
    badge(metric.verdict),
  ]);
  return {
    kind: "table",
    paper: true,
    caption: "Change of each metric with its 95 % interval",
    columns,
    rows,
  };
}

function changeCell(metric: MetricRecord): NumberCell {
  const { change, interval } = metric;
  return {
    value: change,
    digits: digitsOf(metric),
    unit: unitOf(metric),
    signed: true,
    range: interval,
    ...(interval === undefined && { note: "no interval" }),
  };
}

function digitsOf({ unit }: MetricRecord): number {
  return unit === "ms" ? 1 : 2;
}

function unitOf({ family }: MetricRecord): string {
  return family === "time" ? "%" : "points";
}

function legend({ mode, metrics }: ChangesRecord): string {
  const texts = [
    mode === "commits" && metrics.some(({ family }) => family === "time")
      ? "Times: the median over n blocks of the head's median step over the base's; each block starts " +
        "both sides anew and lets them take turns; a bootstrap interval."
      : "",
    metrics.some(({ family }) => family === "overhead")
      ? "Overhead: what weight standardization adds to a step, in percent of the baseline arm's step " +
        "in the same run; a bootstrap interval of the difference."
      : "",
    metrics.some(({ family }) => family === "quality")
      ? "Quality: the mean over n seeds of the head's score minus the base's; a t interval."
      : "",
    "A regression is an interval entirely beyond the tolerance that Holm's correction among the " +
    "metrics of its kind leaves standing.",
  ];
  return texts.filter(Boolean).join(" ");
}
