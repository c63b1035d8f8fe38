/**
 * `overhead.md`: what each subject costs, and in relation to what.
 *
 * @module
 */
import { counted, fixed, grouped, none, signed } from "../report/format.ts";
import { plain, table } from "../report/markdown/table.ts";
import { fewestForBootstrap } from "../statistics/bootstrap.ts";
import { type Ratio, ratioOf, stepTimes } from "./figures.ts";
import type { OverheadResult, SubjectRecord } from "./record.ts";
import { pytorch, reference, referenceAgain } from "./subjects.ts";

/**
 * The report.
 *
 * @param result the measurement
 * @returns Markdown; the same result gives the same text
 */
export function overheadMarkdown(result: OverheadResult): string {
  const blocks = [
    `# What a step costs: ${plain(result.profile)}`,
    headLines(result),
    "## Time and memory",
    subjectTable(result),
    noiseLine(result),
    ...unsteadyLine(result),
    legend(result),
    ...comparisonSection(result),
    ...missingSection(result),
    ...versionSection(result),
    environmentSection(result),
    `## How to repeat it\n\n\`\`\`sh\n${result.command}\n\`\`\``,
  ];
  return `${blocks.join("\n\n")}\n`;
}

function headLines({ config, createdAt, complete, subjects }: OverheadResult): string {
  const { description, ...values } = config;
  const { rounds, steps, warmupSteps } = values;
  const done = new Set(subjects.flatMap(({ blocks }) => blocks.map(({ round }) => round))).size;
  return [
    `- ${plain(String(description))}; float32, SGD with momentum, cross entropy; ${
      plain(createdAt)
    }`,
    `- ${counted(done, "round")}${complete ? "" : ` of ${rounds}: interrupted`}, in each every ` +
    `subject there and back, ${counted(Number(steps), "step")} at a time, after ` +
    `${counted(Number(warmupSteps), "step")} that are not counted`,
    `- Values as run: ${plain(JSON.stringify(values))}`,
  ].join("\n");
}

function subjectTable({ subjects, config }: OverheadResult): string {
  const find = (name: string) => subjects.find((record) => record.name === name);
  const columns = ["step (ms)", "quartiles", "images/s", "× plain", "× PyTorch", "peak (MB)"];
  const rows = timed(subjects).map((record) => {
    const { median, lowerQuartile, upperQuartile } = stepTimes(record);
    return [
      plain(record.label),
      fixed(median, 1),
      `${fixed(lowerQuartile, 1)}–${fixed(upperQuartile, 1)}`,
      fixed(1000 * Number(config.batchSize) / median, 1),
      trainingRatio(record, find(reference)),
      trainingRatio(record, find(pytorch)),
      fixed(record.peakBytes === undefined ? undefined : record.peakBytes / 1e6, 0),
    ];
  });
  return table(["subject", ...columns], rows);
}

function timed(subjects: readonly SubjectRecord[]): SubjectRecord[] {
  return subjects.filter(({ blocks }) => blocks.length > 0);
}

/** A forward pass beside a training step would say nothing. */
function trainingRatio(record: SubjectRecord, over: SubjectRecord | undefined): string {
  if (over === undefined || over === record || record.work !== "train") return none;
  return ratioText(ratioOf(record, over));
}

function ratioText(ratio: Ratio | undefined): string {
  if (ratio === undefined) return none;
  const [low, high] = [fixed(ratio.low, 3), fixed(ratio.high, 3)];
  return `${fixed(ratio.median, 3)} ${ratio.isInterval ? `[${low}, ${high}]` : `(${low}–${high})`}`;
}

function noiseLine({ subjects }: OverheadResult): string {
  const [first, again] = [reference, referenceAgain].map((name) =>
    subjects.find((record) => record.name === name)
  );
  const ratio = first && again && ratioOf(again, first);
  if (ratio === undefined) return "A/A: not run, so nothing tells differences from noise.";
  return `A/A: the plain step over itself, in another process, is ${
    addedText(ratio)
  }. A difference within that is noise.`;
}

/** Above this ratio of its quartiles a subject was disturbed: alone on a machine it is near 1. */
const unsteady = 1.25;

function unsteadyLine({ subjects }: OverheadResult): string[] {
  const disturbed = timed(subjects).filter((record) => {
    const { lowerQuartile, upperQuartile } = stepTimes(record);
    return upperQuartile > unsteady * lowerQuartile;
  });
  if (disturbed.length === 0) return [];
  const labels = disturbed.map(({ label }) => plain(label)).join("; ");
  return [
    `**Unsteady**: the quartiles of some subjects lie more than ${
      fixed((unsteady - 1) * 100, 0)
    } % apart: ${labels}. Repeat the run while nothing else uses the machine. Frameworks differ in ` +
    "what they lose to other programs, so that interleaving does not make up for it.",
  ];
}

function addedText({ median, low, high, isInterval }: Ratio): string {
  const percent = (value: number) => signed((value - 1) * 100, 1);
  const bounds = isInterval
    ? `[${percent(low)}, ${percent(high)}]`
    : `(${percent(low)} to ${percent(high)})`;
  return `${percent(median)} % ${bounds}`;
}

function legend({ config }: OverheadResult): string {
  const bounds = Number(config.rounds) >= fewestForBootstrap
    ? "in brackets the 95 % bootstrap interval of that median; in parentheses, where a subject has " +
      `fewer than ${fewestForBootstrap} rounds, the smallest and the largest`
    : `in parentheses the smallest and the largest, as ${fewestForBootstrap} rounds are needed for ` +
      "an interval";
  return "Steps are medians. A ratio is the median over the rounds of a subject's mean step over " +
    `the other's; ${bounds}. Peak is the most that the subject's process ever held, its start ` +
    "included.";
}

function comparisonSection({ subjects }: OverheadResult): string[] {
  const rows = subjects.flatMap((record) =>
    record.comparedTo.flatMap((name) => {
      const over = subjects.find((other) => other.name === name);
      const ratio = over && ratioOf(record, over);
      if (over === undefined || ratio === undefined) return [];
      const peaks = (record.peakBytes ?? NaN) / (over.peakBytes ?? NaN);
      const pair = `${plain(record.label)} over ${plain(over.label)}`;
      return [[pair, addedText(ratio), ratioText(ratio), fixed(peaks, 2), String(ratio.n)]];
    })
  );
  if (rows.length === 0) return [];
  const header = ["comparison", "added time (%)", "× time", "× peak", "rounds"];
  return ["## Comparisons", table(header, rows)];
}

function missingSection({ subjects }: OverheadResult): string[] {
  const lines = subjects.filter(({ status }) => status !== "done").map((record) =>
    `- ${plain(record.label)}: ${record.status}: ${plain(record.error ?? "interrupted")}`
  );
  return lines.length === 0 ? [] : ["## Without a result, or not to the end", lines.join("\n")];
}

function versionSection({ subjects }: OverheadResult): string[] {
  const rows = subjects.flatMap(({ label, ready }) => {
    if (ready === undefined) return [];
    const versions = Object.entries(ready.versions).map((pair) => pair.join(" ")).join(", ");
    const { parameterCount, threads, note = "" } = ready;
    return [[plain(label), grouped(parameterCount), `${threads}`, plain(versions), plain(note)]];
  });
  if (rows.length === 0) return [];
  const header = ["subject", "parameters", "threads", "versions", "note"];
  return ["## What ran", table(header, rows, ["l", "r", "r", "l", "l"])];
}

function environmentSection({ environment }: OverheadResult): string {
  const rows = Object.entries(environment).map(([key, value]) => [plain(key), plain(`${value}`)]);
  return `## Environment\n\n${table(["what", "value"], rows, ["l", "l"])}`;
}
