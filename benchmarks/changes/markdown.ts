/**
 * `comparison.md`: short enough for a comment on a pull request.
 *
 * @module
 */
import { bounds, counted, fixed, none, signed } from "../ground/format.ts";
import { fenced, plain, table } from "../report/markdown/table.ts";
import type { ComparisonRecord, MetricRecord, Verdict, VersionRecord } from "./record.ts";

const headlines: Record<Verdict, string> = {
  regression: "Regression",
  inconclusive: "Inconclusive: no regression was shown, nor excluded",
  improvement: "Improvement, and no regression",
  unchanged: "No regression",
};

/**
 * The report.
 *
 * @param record the comparison
 * @returns Markdown; the same record gives the same text
 */
export function comparisonMarkdown(record: ComparisonRecord): string {
  const { metrics, command } = record;
  const blocks = [
    `# ${headlines[record.verdict]}`,
    versionLine(record),
    metricTable(metrics),
    reasons(metrics),
    ...warningSection(record),
    legend(record),
    `## How to repeat it\n\n${fenced(command)}`,
  ];
  return `${blocks.join("\n\n")}\n`;
}

function versionLine({ versions, environment, createdAt, mode }: ComparisonRecord): string {
  const { cpu, cores, backend } = environment;
  const where = `${plain(String(cpu))}, ${counted(Number(cores), "core")}, ${plain(`${backend}`)}`;
  const how = mode === "commits" ? "both run in turn" : "both stored";
  return `${nameOf(versions.head)} against ${nameOf(versions.base)}, ${how}; ${where}; ${
    plain(createdAt)
  }`;
}

function nameOf({ name, commit, dirty = false }: VersionRecord): string {
  const short = commit?.slice(0, 12);
  const details = [short, dirty ? "with changes" : undefined].filter((text) =>
    text !== undefined && text !== name
  );
  return `**${plain(name)}**${details.length > 0 ? ` (${details.join(", ")})` : ""}`;
}

function metricTable(metrics: readonly MetricRecord[]): string {
  const header = ["metric", "base", "head", "change", "95 % interval", "tolerance", "n", "verdict"];
  const rows = metrics.map((metric) => {
    const digits = metric.unit === "ms" ? 1 : 2;
    const unit = metric.family === "time" ? "%" : "points";
    return [
      plain(metric.label),
      `${fixed(metric.base, digits)} ${metric.unit}`,
      `${fixed(metric.head, digits)} ${metric.unit}`,
      `${signed(metric.change, digits)} ${unit}`,
      metric.interval === undefined ? none : bounds(metric.interval, digits),
      `${fixed(metric.tolerance, 1)} ${unit}`,
      String(metric.n),
      `**${metric.verdict}**`,
    ];
  });
  return table(header, rows);
}

/** Verdicts that want a word. */
function reasons(metrics: readonly MetricRecord[]): string {
  return metrics.map(({ label, verdict, reason }) =>
    `- ${plain(label)}: ${verdict}, ${plain(reason)}`
  )
    .join("\n");
}

function warningSection({ warnings }: ComparisonRecord): string[] {
  if (warnings.length === 0) return [];
  const lines = warnings.map(({ code, message, advice }) =>
    `- **${plain(code)}**: ${plain(message)}. ${plain(advice)}.`
  );
  return [`## Warnings\n\n${lines.join("\n")}`];
}

function legend({ mode, metrics }: ComparisonRecord): string {
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
    "A regression is an interval entirely beyond the tolerance that stands Holm's correction among " +
    "the metrics of its kind.",
  ];
  return texts.filter(Boolean).join(" ");
}
