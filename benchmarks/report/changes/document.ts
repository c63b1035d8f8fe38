/**
 * The report on two versions compared.
 *
 * @module
 */
import { basename, dirname } from "node:path";
import type { ChangesRecord, MetricRecord, Verdict, VersionRecord } from "../../record/mod.ts";
import { bounds, counted, fixed, signed } from "../../ground/format.ts";
import { closingBlocks, made } from "../closing.ts";
import { badge, list, note, section, table, warningText } from "../blocks.ts";
import type { Block, Document, Mood, NumberCell, Text } from "../document.ts";

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

/** The report of what changed. */
export function changesDocument(record: ChangesRecord): Document {
  const { metrics, versions, warnings } = record;
  return {
    title: headlines[record.verdict],
    kicker: `${nameOf(versions.head)} against ${nameOf(versions.base)}`,
    answer: [changeAnswer(record)],
    blocks: [
      ...metricTable(metrics),
      ...list(metrics.map(({ label, verdict, reason }) => `${label}: ${verdict}, ${reason}`)),
      note(howToRead(record)),
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
  return [badge(verdict, moods), ` in ${counts}: ${parts.join("; ")}.`];
}

/** The name asked for; of a file its folder's, as the rest of the path depends on the machine. */
function nameOf({ name }: VersionRecord): string {
  return basename(name) === "result.json" ? basename(dirname(name)) : basename(name);
}

function versionText(version: VersionRecord): string {
  const { commit, dirty = false } = version;
  const name = nameOf(version);
  const hash = commit?.slice(0, 12);
  const details = [hash !== name && hash, dirty && "with changes"].filter(Boolean);
  return `${name}${details.length > 0 ? ` (${details.join(", ")})` : ""}`;
}

function metricTable(metrics: readonly MetricRecord[]): Block[] {
  const valueCell = (value: number, metric: MetricRecord): NumberCell => {
    return { value, digits: digitsOf(metric), unit: metric.unit };
  };
  return table("Change of each metric with its 95 % interval", metrics, [
    ["metric", ({ label }) => label],
    ["base", (metric) => valueCell(metric.base, metric)],
    ["head", (metric) => valueCell(metric.head, metric)],
    ["change [95 % interval]", changeCell],
    ["tolerance", (metric) => `${fixed(metric.tolerance, 1)} ${unitOf(metric)}`],
    ["n", ({ n }) => ({ value: n, digits: 0 })],
    ["verdict", ({ verdict }) => badge(verdict, moods)],
  ], { paper: true });
}

function changeCell(metric: MetricRecord): NumberCell {
  const { change, interval } = metric;
  return {
    value: change,
    digits: digitsOf(metric),
    unit: unitOf(metric),
    signed: true,
    range: interval,
    note: interval === undefined ? "no interval" : undefined,
  };
}

function digitsOf({ unit }: MetricRecord): number {
  return unit === "ms" ? 1 : 2;
}

function unitOf({ family }: MetricRecord): string {
  return family === "time" ? "%" : "points";
}

function howToRead({ mode, metrics }: ChangesRecord): string {
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
