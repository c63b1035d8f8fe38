/**
 * The tables about one measurement.
 *
 * @module
 */
import { none } from "../../ground/format.ts";
import { fastestForm } from "../../judge/timings/fastest_form.ts";
import { type Ratio, ratioOf, stepTimes } from "../../judge/timings/figures.ts";
import type { NoiseVerdict, Overhead } from "../../judge/timings/overheads.ts";
import { pytorch, reference } from "../../judge/timings/rows.ts";
import type { ConfiguredRow, Measurement, SubjectRecord } from "../../record/mod.ts";
import type { Block, Cell, Mood, NumberCell } from "../document.ts";

/** The subjects that have a step that was timed. */
export function timedSubjects({ subjects }: Measurement): SubjectRecord[] {
  return subjects.filter(({ blocks }) => blocks.length > 0);
}

/** Time and memory of each subject. */
export function subjectTable(row: ConfiguredRow): Block {
  const plain = row.subjects.find(({ name }) => name === reference);
  const peer = fastestForm(row.subjects, pytorch);
  const rows = timedSubjects(row).map((record): Cell[] => {
    const { median, lowerQuartile: low, upperQuartile: high } = stepTimes(record);
    return [
      record.label,
      { value: median, digits: 1, range: { low, high, isInterval: false } },
      { value: 1000 * Number(row.config.batchSize) / median, digits: 1 },
      trainingRatio(record, plain),
      trainingRatio(record, peer),
      { value: record.peakBytes === undefined ? undefined : record.peakBytes / 1e6, digits: 0 },
    ];
  });
  const columns = ["step (ms), quartiles", "images/s", "× plain", "× PyTorch", "peak (MB)"];
  return {
    kind: "table",
    paper: true,
    caption: "Median step with its quartiles, in relation to the plain step and to PyTorch's",
    columns: ["subject", ...columns],
    rows,
  };
}

/** A forward pass beside a training step would say nothing. */
function trainingRatio(record: SubjectRecord, over: SubjectRecord | undefined): NumberCell {
  const isOfKind = over !== undefined && over !== record && record.work === "train";
  const ratio = isOfKind ? ratioOf(record, over) : undefined;
  return { value: ratio?.median, digits: 3, range: ratio };
}

/**
 * A ratio as what it adds, such as `+1.0 % [+0.4, +1.7]`; with too few rounds for an interval the
 * smallest and the largest ratio, in parentheses.
 *
 * @param ratio of two durations
 * @param note what stands behind it
 */
export function addedCell(ratio: Ratio | undefined, note?: string): NumberCell {
  const percent = (value: number) => (value - 1) * 100;
  return {
    value: ratio && percent(ratio.median),
    digits: 1,
    unit: "%",
    signed: true,
    range: ratio && { ...ratio, low: percent(ratio.low), high: percent(ratio.high) },
    note,
  };
}

const moods: Record<NoiseVerdict, Mood> = {
  "noise floor": "idle",
  "within noise": "good",
  "beyond noise": "open",
  "no interval": "idle",
  "no A/A": "idle",
};

/** Each comparison beside its noise; nothing where there is none. */
export function comparisonTable(overheads: readonly Overhead[]): Block[] {
  const rows = overheads.map(({ subject, over, time, peak, noise, verdict }): Cell[] => [
    `${subject.label} over ${over.label}`,
    addedCell(time),
    { value: peak, digits: 2 },
    { value: time.n, digits: 0 },
    addedCell(verdict === "noise floor" ? undefined : noise),
    [{ as: "badge", text: verdict, mood: moods[verdict] }],
  ]);
  if (rows.length === 0) return [];
  const columns = ["comparison", "added time", "× peak", "rounds", "A/A", "verdict"];
  return [{ kind: "table", caption: "Comparisons beside their noise", columns, rows }];
}

/**
 * How many tensors each process of this library held before and after its rounds; nothing where no
 * process told.
 */
export function tensorTable({ subjects }: Measurement): Block[] {
  const rows = subjects.flatMap(({ label, tensors }): Cell[][] => {
    if (tensors === undefined) return [];
    const { before, after } = tensors;
    const gained = after === undefined ? undefined : after - before;
    return [[
      label,
      { value: before, digits: 0, grouped: true },
      after === undefined ? none : { value: after, digits: 0, grouped: true },
      { value: gained, digits: 0, signed: gained !== 0 },
    ]];
  });
  if (rows.length === 0) return [];
  const columns = ["subject", "after the warm-up", "after the last round", "gained"];
  return [{ kind: "table", caption: "Tensors of each process", columns, rows }];
}

/** What each subject ran on; nothing where none began. */
export function versionTable({ subjects }: Measurement): Block[] {
  const rows = subjects.flatMap(({ label, ready }): Cell[][] => {
    if (ready === undefined) return [];
    const versions = Object.entries(ready.versions).map((pair) => pair.join(" ")).join(", ");
    const { parameterCount, threads, note = "" } = ready;
    return [[
      label,
      { value: parameterCount, digits: 0, grouped: true },
      { value: threads, digits: 0 },
      versions,
      note,
    ]];
  });
  if (rows.length === 0) return [];
  const columns = ["subject", "parameters", "threads", "versions", "note"];
  return [{ kind: "table", caption: "What each subject ran on", columns, rows }];
}
