/**
 * The tables about one measurement.
 *
 * @module
 */
import { none } from "../../ground/format.ts";
import { fastestForm, type Ratio, ratioOf, stepTimes } from "../../judge/timings/figures.ts";
import type { NoiseVerdict, Overhead } from "../../judge/timings/overheads.ts";
import { pytorch, reference } from "../../judge/timings/rows.ts";
import type { ConfiguredRow, Measurement, SubjectRecord } from "../../record/mod.ts";
import { badge, table } from "../blocks.ts";
import type { Block, Mood, NumberCell } from "../document.ts";

/** The subjects with a timed step. */
export function timedSubjects({ subjects }: Measurement): SubjectRecord[] {
  return subjects.filter(({ blocks }) => blocks.length > 0);
}

/** Time and memory of each subject. */
export function subjectTable(row: ConfiguredRow, options: { paper: boolean }): Block[] {
  const plain = row.subjects.find(({ name }) => name === reference);
  const peer = fastestForm(row.subjects, pytorch);
  const caption = "Median step with its quartiles, in relation to the plain step and to PyTorch's";
  return table(caption, timedSubjects(row), [
    ["subject", ({ label }) => label],
    ["step (ms), quartiles", stepCell],
    ["images/s", (subject) => {
      const { median } = stepTimes(subject);
      return { value: 1000 * Number(row.config.batchSize) / median, digits: 1 };
    }],
    ["× plain", (subject) => trainingRatio(subject, plain)],
    ["× PyTorch", (subject) => trainingRatio(subject, peer)],
    ["peak (MB)", ({ peakBytes }) => ({ value: peakBytes && peakBytes / 1e6, digits: 0 })],
  ], options);
}

/** A subject's median step with its quartiles, in ms. */
export function stepCell(subject: SubjectRecord): NumberCell {
  const { median, lowerQuartile: low, upperQuartile: high } = stepTimes(subject);
  return { value: median, digits: 1, range: { low, high, isInterval: false } };
}

/** Only between training steps: a forward pass over a training step would mean nothing. */
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

/** Each overhead beside its noise; nothing where there is none. */
export function overheadTable(overheads: readonly Overhead[]): Block[] {
  return table("Comparisons beside their noise", overheads, [
    ["comparison", ({ subject, over }) => `${subject.label} over ${over.label}`],
    ["added time", ({ time }) => addedCell(time)],
    ["× peak", ({ peak }) => ({ value: peak, digits: 2 })],
    ["rounds", ({ time }) => ({ value: time.n, digits: 0 })],
    ["A/A", ({ verdict, noise }) => addedCell(verdict === "noise floor" ? undefined : noise)],
    ["verdict", ({ verdict }) => badge(verdict, moods)],
  ]);
}

/**
 * How many tensors each process of this library held before and after its rounds; nothing where
 * none was counted.
 */
export function tensorTable({ subjects }: Measurement): Block[] {
  const rows = subjects.flatMap(({ label, tensors }) => {
    if (tensors === undefined) return [];
    const { before, after } = tensors;
    return [{ label, before, after, gained: after === undefined ? undefined : after - before }];
  });
  return table("Tensors of each process", rows, [
    ["subject", ({ label }) => label],
    ["after the warm-up", ({ before }) => ({ value: before, digits: 0, grouped: true })],
    [
      "after the last round",
      ({ after }) => after === undefined ? none : { value: after, digits: 0, grouped: true },
    ],
    ["gained", ({ gained }) => ({ value: gained, digits: 0, signed: gained !== 0 })],
  ]);
}

/** What each subject ran on; nothing where none began. */
export function versionTable({ subjects }: Measurement): Block[] {
  const rows = subjects.flatMap(({ label, ready }) =>
    ready === undefined ? [] : [{ label, ...ready }]
  );
  return table("What each subject ran on", rows, [
    ["subject", ({ label }) => label],
    ["parameters", ({ parameterCount }) => ({ value: parameterCount, digits: 0, grouped: true })],
    ["threads", ({ threads }) => ({ value: threads, digits: 0 })],
    ["versions", (row) => Object.entries(row.versions).map((pair) => pair.join(" ")).join(", ")],
    ["note", ({ note = "" }) => note],
  ]);
}
