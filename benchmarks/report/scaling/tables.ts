/**
 * The tables about groups of workers.
 *
 * @module
 */
import {
  busyShare,
  exposedShare,
  leastBytes,
  peerOf,
  processorTime,
  sentBytes,
  stepRatio,
  timesOf,
} from "../../judge/scaling/figures.ts";
import type { Goal, GoalVerdict } from "../../judge/scaling/goals.ts";
import type { Ratio } from "../../judge/timings/figures.ts";
import type { GroupRecord, GroupWork, ScalingRow } from "../../record/mod.ts";
import { badge, table } from "../blocks.ts";
import type { Block, Mood, NumberCell } from "../document.ts";
import { rowText } from "./words.ts";

/** The groups of a row with a timed step. */
export function timedGroups({ groups }: ScalingRow): GroupRecord[] {
  return groups.filter(({ blocks }) => blocks.length > 0);
}

/** Step, computation and all-reduce of each group. */
export function groupTable(
  row: ScalingRow,
  { batchSize, alone }: { batchSize: number; alone: ScalingRow | undefined },
): Block[] {
  const { workers } = row.values;
  const caption = `${rowText(row)}: median step with its quartiles, and what it is made of`;
  const isGroup = workers > 1;
  return table(caption, timedGroups(row), [
    ["group", ({ label }) => label],
    ["step (ms), quartiles", (group) => timeCell(group, "step")],
    isGroup && ["compute alone (ms)", (group) => timeCell(group, "compute")],
    isGroup && ["all-reduce alone (ms)", (group) => timeCell(group, "all-reduce")],
    isGroup && ["all-reduce hidden (%)", (group) => hiddenCell(exposedShare(group))],
    isGroup && ["could be at most (%)", (group) => ({
      value: 100 * (1 - (busyShare(group) ?? NaN)),
      digits: 0,
    })],
    ["× PyTorch DDP", (group) => {
      const peer = peerOf(row, group);
      const ratio = peer && stepRatio(group, peer);
      return { value: ratio?.median, digits: 3, range: ratio };
    }],
    ["images/s", (group) => {
      const ms = timesOf(group, "step")?.median ?? NaN;
      return { value: 1000 * workers * batchSize / ms, digits: 1 };
    }],
    isGroup && ["efficiency (%)", (group) => efficiencyCell(group, alone)],
  ], { paper: true });
}

function timeCell(group: GroupRecord, work: GroupWork): NumberCell {
  const times = timesOf(group, work);
  return {
    value: times?.median,
    digits: 1,
    range: times && { low: times.lowerQuartile, high: times.upperQuartile, isInterval: false },
  };
}

/** What is hidden is what is not exposed, so that the bounds change places. */
function hiddenCell(exposed: Ratio | undefined): NumberCell {
  const percent = (share: number) => 100 * (1 - share);
  return {
    value: exposed && percent(exposed.median),
    digits: 0,
    range: exposed && { ...exposed, low: percent(exposed.high), high: percent(exposed.low) },
  };
}

/** Images a second over what as many single workers would do. */
function efficiencyCell(group: GroupRecord, alone: ScalingRow | undefined): NumberCell {
  const single = alone?.groups.find(({ name }) => name === group.name);
  const [one, many] = [single && timesOf(single, "step"), timesOf(group, "step")];
  return { value: one && many && 100 * one.median / many.median, digits: 0 };
}

/** The processor's time of each group's workers, and what of a step's the others cost. */
export function processorTable(row: ScalingRow): Block[] {
  if (row.values.workers === 1) return [];
  const cell = (ms: number | undefined): NumberCell => ({ value: ms, digits: 1 });
  return table(`${rowText(row)}: the processor's time of a worker`, timedGroups(row), [
    ["group", ({ label }) => label],
    ["step (ms)", (group) => cell(processorTime(group, "step"))],
    ["compute alone (ms)", (group) => cell(processorTime(group, "compute"))],
    ["all-reduce alone (ms)", (group) => cell(processorTime(group, "all-reduce"))],
    ["step − compute (ms)", (group) => {
      const [step, compute] = [processorTime(group, "step"), processorTime(group, "compute")];
      return cell(step === undefined || compute === undefined ? undefined : step - compute);
    }],
    ["of the step's duration (%)", (group) => {
      const duration = timesOf(group, "step")?.median ?? NaN;
      return { value: 100 * (processorTime(group, "step") ?? NaN) / duration, digits: 0 };
    }],
  ]);
}

/** What each group sends, beside what it must. */
export function bytesTable(row: ScalingRow): Block[] {
  const { workers } = row.values;
  if (workers === 1) return [];
  return table(`${rowText(row)}: bytes that a worker sends in a step`, timedGroups(row), [
    ["group", ({ label }) => label],
    ["gradient (MB)", ({ ready }) => ({ value: ready && 4e-6 * ready.parameterCount, digits: 2 })],
    ["buckets", ({ ready }) => ({ value: ready?.bucketBytes.length, digits: 0 })],
    ["a ring has to send (MB)", (group) => ({
      value: 1e-6 * (leastBytes(group, workers) ?? NaN),
      digits: 2,
    })],
    ["sent (MB)", (group) => ({ value: 1e-6 * (sentBytes(group) ?? NaN), digits: 2 })],
    ["× a ring's", (group) => ({
      value: (sentBytes(group) ?? NaN) / (leastBytes(group, workers) ?? NaN),
      digits: 4,
    })],
  ]);
}

const moods: Record<GoalVerdict, Mood> = {
  met: "good",
  missed: "bad",
  undecided: "open",
  "no interval": "idle",
};

/** Goals with what was measured. */
export function goalTable(goals: readonly Goal[]): Block[] {
  return table("Goals of two workers with a core each", goals, [
    ["group", ({ row, group }) => `${rowText(row)}, ${group.label}`],
    ["goal", ({ what }) => what],
    ["at most", ({ bound }) => ({ value: bound, digits: 2 })],
    ["seen", ({ seen: { median, low, high, isInterval = false } }) => ({
      value: median,
      digits: 3,
      range: low === undefined || high === undefined ? undefined : { low, high, isInterval },
    })],
    ["verdict", ({ verdict }) => badge(verdict, moods)],
  ], { paper: true });
}

/** What each group ran on; nothing where none began. */
export function versionTable(rows: readonly ScalingRow[]): Block[] {
  const ready = rows.flatMap((row) =>
    row.groups.flatMap(({ label, ready, peakBytes = [] }) =>
      ready === undefined ? [] : [{ row: rowText(row), label, peakBytes, ...ready }]
    )
  );
  return table("What each group ran on", ready, [
    ["row", ({ row }) => row],
    ["group", ({ label }) => label],
    ["parameters", ({ parameterCount }) => ({ value: parameterCount, digits: 0, grouped: true })],
    ["threads a worker", ({ threads }) => ({ value: threads, digits: 0 })],
    ["peak of a worker (MB)", ({ peakBytes }) => ({
      value: peakBytes.length === 0 ? undefined : 1e-6 * Math.max(...peakBytes),
      digits: 0,
    })],
    ["versions", (row) => Object.entries(row.versions).map((pair) => pair.join(" ")).join(", ")],
    ["note", ({ note = "" }) => note],
  ]);
}
