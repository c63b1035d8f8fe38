/**
 * What came of trials, in lines of a Markdown table.
 *
 * @module
 */
import type { Outcome } from "./process.ts";
import { trials } from "./trials.ts";
import { type Judged, verdictOf } from "./verdict.ts";
import { warmUpParts } from "./watch.ts";

const columns = [
  "what",
  "backend",
  "resident memory after the warm-up",
  "at most from then on",
  "tensors",
  "handles",
  "descriptors",
  "ms each, first tenth",
  "last tenth",
  "time",
];

/** The table's head. */
export const headLine: string = `| ${columns.join(" | ")} |\n| ${
  columns.map(() => "---").join(" | ")
} |`;

/** A trial's line, and a line below it for each fault. */
export function outcomeLines(outcome: Outcome, judged: Judged): {
  lines: string[];
  faults: number;
} {
  const { name, backend, count, samples, broken, durationMs } = outcome;
  const what = `${count.toString().replace(/\B(?=(\d{3})+$)/g, ",")} ${trials[name]!.unit}`;
  if (broken !== undefined) {
    return { lines: [`FAULT in ${what} on ${backend}: ${broken}`], faults: 1 };
  }
  const { growth, faults } = verdictOf(samples, judged);
  const start = samples[warmUpParts - 1]!;
  const range = (key: "tensors" | "handles" | "descriptors") => {
    const all = samples.slice(warmUpParts - 1).map((sample) => sample[key]);
    const [least, most] = [Math.min(...all), Math.max(...all)];
    return least === most ? `${least}` : `${least} to ${most}`;
  };
  const each = (from: number) => {
    const [a, b] = samples.slice(from, from + 2);
    const before = samples[from - 1]!.done;
    return ((a!.durationMs + b!.durationMs) / (b!.done - before)).toPrecision(3);
  };
  const cells = [
    ...[what, backend, `${(start.rssBytes / 1e6).toFixed(0)} MB`],
    `${growth > 1 ? "+" : "−"}${Math.abs(100 * (growth - 1)).toFixed(1)} %`,
    ...[range("tensors"), range("handles"), range("descriptors")],
    ...[each(warmUpParts), each(samples.length - 2)],
    `${Math.ceil(durationMs / 1000)} s`,
  ];
  const lines = [`| ${cells.join(" | ")} |`, ...faults.map((fault) => `FAULT: ${fault}`)];
  return { lines, faults: faults.length };
}
