/**
 * `overhead.md`: what each subject costs, and in relation to what.
 *
 * @module
 */
import { counted } from "../ground/format.ts";
import { fenced, plain, table } from "../report/markdown/table.ts";
import { fewestForBootstrap } from "../judge/statistics/bootstrap.ts";
import { type ComparedRow, comparedRows } from "./overheads.ts";
import { type ConfiguredRow, measuredRows, type OverheadResult } from "./record.ts";
import { rowName, rowsOf } from "./sweep.ts";
import { sweepSections } from "./sweep_section.ts";
import { addedText, comparisonTable, subjectTable, tensorTable, versionTable } from "./tables.ts";
import { measurementWarnings } from "./warnings.ts";

/**
 * The report.
 *
 * @param result the measurement
 * @returns Markdown; the same result gives the same text
 */
export function overheadMarkdown(result: OverheadResult): string {
  const rows = comparedRows(result);
  const blocks = [
    `# What a step costs: ${plain(result.profile)}`,
    question,
    "## Setup",
    headLines(result),
    ...sweepSections(result.sweep, rows),
    ...rows.flatMap((row) => rowSections(row, result.sweep !== undefined)),
    legend(result),
    ...titled("## What ran", versionTable(rows.find(isReady) ?? { complete: false, subjects: [] })),
    environmentSection(result),
    `## How to repeat it\n\n${fenced(result.command)}`,
  ];
  return `${blocks.join("\n\n")}\n`;
}

const question =
  "How much time and memory does weight standardization (WS) add to a step, by TensorFlow.js's own " +
  "operations, by this library's, and baked into the kernels? And how much of what is measured is " +
  "noise?";

function headLines(result: OverheadResult): string {
  const { description, ...values } = result.config;
  return [
    `- ${plain(String(description))}; float32, SGD with momentum, cross entropy; ${
      plain(result.createdAt)
    }`,
    ...sweepLine(result),
    `- ${roundsText(result)}, in each every subject there and back, ${
      counted(Number(values.steps), "step")
    } at a time, after ${counted(Number(values.warmupSteps), "step")} that are not counted`,
    `- Values as run: ${plain(JSON.stringify(values))}`,
  ].join("\n");
}

function sweepLine({ sweep, rows = [] }: OverheadResult): string[] {
  if (sweep === undefined) return [];
  const keys = Object.entries(sweep).map(([key, values]) => `${key} ${values.join(", ")}`);
  const all = rowsOf(sweep).length;
  const done = rows.filter(({ complete }) => complete).length;
  const lack = done < all ? `; ${done} of ${all} are done: interrupted` : "";
  return [`- ${counted(all, "row")}, each in processes of its own: ${keys.join(" × ")}${lack}`];
}

function roundsText(result: OverheadResult): string {
  const [first] = measuredRows(result);
  const { rounds } = result.config;
  if (result.sweep !== undefined || first === undefined) {
    return `${counted(Number(rounds), "round")} a row`;
  }
  const done = new Set(first.subjects.flatMap(({ blocks }) => blocks.map(({ round }) => round)));
  return `${counted(done.size, "round")}${result.complete ? "" : ` of ${rounds}: interrupted`}`;
}

/** All about one measurement; a row of a sweep is named. */
function rowSections(row: ComparedRow, isOfSweep: boolean): string[] {
  const suffix = isOfSweep ? `: ${rowName(row.values)}${row.complete ? "" : ", interrupted"}` : "";
  return [
    `## Time and memory${suffix}`,
    subjectTable(row),
    noiseLine(row),
    ...warningSection(row, suffix),
    ...titled(`## Comparisons${suffix}`, comparisonTable(row.overheads)),
    ...titled(`## Tensors${suffix}`, tensorTable(row)),
    ...missingSection(row, suffix),
  ];
}

function titled(title: string, content: string | undefined): string[] {
  return content === undefined ? [] : [title, content];
}

function noiseLine({ overheads }: ComparedRow): string {
  const floors = overheads.filter(({ verdict }) => verdict === "noise floor");
  if (floors.length === 0) return "A/A: not run, so nothing tells differences from noise.";
  const texts = floors.map(({ time, over }) => `${addedText(time)} for ${plain(over.label)}`);
  return `A/A: the plain step over itself, in another process, is ${
    texts.join("; ")
  }. A difference within that is noise.`;
}

/** Older records have no list: what their timings show is read off them. */
function warningSection(row: ConfiguredRow, suffix: string): string[] {
  const warnings = row.warnings ?? measurementWarnings(row, Number(row.config.rounds));
  const lines = warnings.map(({ code, message, advice }) =>
    `- **${plain(code)}**: ${plain(message)}. ${plain(advice)}`
  );
  return lines.length === 0 ? [] : [`## Warnings${suffix}`, lines.join("\n")];
}

function legend({ config }: OverheadResult): string {
  const bounds = Number(config.rounds) >= fewestForBootstrap
    ? "in brackets the 95 % bootstrap interval of that median; in parentheses, where a subject has " +
      `fewer than ${fewestForBootstrap} rounds, the smallest and the largest`
    : `in parentheses the smallest and the largest, as ${fewestForBootstrap} rounds are needed for ` +
      "an interval";
  return "## How to read it\n\n" +
    "Steps are medians. A ratio is the median over the rounds of a subject's mean step over " +
    `the other's; ${bounds}. PyTorch and Composer stand for the fastest of their forms that was ` +
    "timed. Peak is the most that the subject's process ever held, its start " +
    "included. The noise floor is the bound of the A/A interval that lies farther from 0: a " +
    "difference no larger than it, or whose own interval holds 0, is within noise. A process that " +
    "ends with more tensors than it had after its warm-up leaks.";
}

function missingSection({ subjects }: ConfiguredRow, suffix: string): string[] {
  const lines = subjects.filter(({ status }) => status !== "done").map((record) =>
    `- ${plain(record.label)}: ${record.status}: ${plain(record.error ?? "interrupted")}`
  );
  const title = `## Without a result, or not to the end${suffix}`;
  return lines.length === 0 ? [] : [title, lines.join("\n")];
}

function isReady({ subjects }: ConfiguredRow): boolean {
  return subjects.some(({ ready }) => ready !== undefined);
}

function environmentSection({ environment }: OverheadResult): string {
  const rows = Object.entries(environment).map(([key, value]) => [plain(key), plain(`${value}`)]);
  return `## Environment\n\n${table(["what", "value"], rows, ["l", "l"])}`;
}
