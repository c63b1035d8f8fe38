/**
 * The tables of `overhead.md` about one measurement.
 *
 * @module
 */
import { fixed, grouped, none, signed } from "../ground/format.ts";
import { plain, table } from "../report/markdown/table.ts";
import { fastestForm } from "./fastest_form.ts";
import { type Ratio, ratioOf, stepTimes } from "./figures.ts";
import type { Overhead } from "./overheads.ts";
import { pytorch } from "./peers.ts";
import type { ConfiguredRow, Measurement, SubjectRecord } from "./record.ts";
import { reference } from "./subjects.ts";

/**
 * The subjects that have a step that was timed.
 *
 * @param measurement what was measured
 */
export function timedSubjects({ subjects }: Measurement): SubjectRecord[] {
  return subjects.filter(({ blocks }) => blocks.length > 0);
}

/**
 * Time and memory of each subject.
 *
 * @param row what was measured
 */
export function subjectTable(row: ConfiguredRow): string {
  const find = (name: string) => row.subjects.find((record) => record.name === name);
  const columns = ["step (ms)", "quartiles", "images/s", "× plain", "× PyTorch", "peak (MB)"];
  const rows = timedSubjects(row).map((record) => {
    const { median, lowerQuartile, upperQuartile } = stepTimes(record);
    return [
      plain(record.label),
      fixed(median, 1),
      `${fixed(lowerQuartile, 1)}–${fixed(upperQuartile, 1)}`,
      fixed(1000 * Number(row.config.batchSize) / median, 1),
      trainingRatio(record, find(reference)),
      trainingRatio(record, fastestForm(row.subjects, pytorch)),
      fixed(record.peakBytes === undefined ? undefined : record.peakBytes / 1e6, 0),
    ];
  });
  return table(["subject", ...columns], rows);
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

/**
 * A ratio as what it adds, such as `+1.0 % [+0.4, +1.7]`; with too few rounds for an interval the
 * smallest and the largest ratio, in parentheses.
 *
 * @param ratio of two durations
 */
export function addedText({ median, low, high, isInterval }: Ratio): string {
  const percent = (value: number) => signed((value - 1) * 100, 1);
  const bounds = isInterval
    ? `[${percent(low)}, ${percent(high)}]`
    : `(${percent(low)} to ${percent(high)})`;
  return `${percent(median)} % ${bounds}`;
}

/**
 * Each comparison beside its noise; nothing where there is none.
 *
 * @param overheads the comparisons
 */
export function comparisonTable(overheads: readonly Overhead[]): string | undefined {
  const rows = overheads.map(({ subject, over, time, peak, noise, verdict }) => [
    `${plain(subject.label)} over ${plain(over.label)}`,
    addedText(time),
    ratioText(time),
    fixed(peak, 2),
    String(time.n),
    noise === undefined || verdict === "noise floor" ? none : addedText(noise),
    verdict,
  ]);
  if (rows.length === 0) return undefined;
  const header = ["comparison", "added time (%)", "× time", "× peak", "rounds", "A/A", "verdict"];
  return table(header, rows);
}

/**
 * How many tensors each process of this library held before and after its rounds; nothing where no
 * process told.
 *
 * @param measurement what was measured
 */
export function tensorTable({ subjects }: Measurement): string | undefined {
  const rows = subjects.flatMap(({ label, tensors }) => {
    if (tensors === undefined) return [];
    const { before, after } = tensors;
    const gained = after === undefined ? undefined : after - before;
    const last = after === undefined ? none : grouped(after);
    return [[plain(label), grouped(before), last, gained === 0 ? "0" : signed(gained, 0)]];
  });
  if (rows.length === 0) return undefined;
  return table(["subject", "after the warm-up", "after the last round", "gained"], rows);
}

/**
 * What each subject ran on.
 *
 * @param measurement what was measured
 */
export function versionTable({ subjects }: Measurement): string | undefined {
  const rows = subjects.flatMap(({ label, ready }) => {
    if (ready === undefined) return [];
    const versions = Object.entries(ready.versions).map((pair) => pair.join(" ")).join(", ");
    const { parameterCount, threads, note = "" } = ready;
    return [[plain(label), grouped(parameterCount), `${threads}`, plain(versions), plain(note)]];
  });
  if (rows.length === 0) return undefined;
  const header = ["subject", "parameters", "threads", "versions", "note"];
  return table(header, rows, ["l", "r", "r", "l", "l"]);
}
