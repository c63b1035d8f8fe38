/**
 * The report on steps of groups of workers.
 *
 * @module
 */
import { counted, fixed } from "../../ground/format.ts";
import {
  busyShare,
  exposedShare,
  leastBytes,
  peerOf,
  sentBytes,
  stepRatio,
} from "../../judge/scaling/figures.ts";
import { goalsOf } from "../../judge/scaling/goals.ts";
import { modelsOf } from "../../judge/scaling/model.ts";
import { fewestForBootstrap } from "../../judge/statistics/bootstrap.ts";
import type { Ratio } from "../../judge/timings/figures.ts";
import type { GroupRecord, ScalingRecord, ScalingRow } from "../../record/mod.ts";
import { facts, list, section, strong, warningText } from "../blocks.ts";
import { closingBlocks, made } from "../closing.ts";
import type { Block, Document, Fact, Text } from "../document.ts";
import { numberText } from "../text.ts";
import { stepText } from "../timed_step.ts";
import { stepFigure } from "./chart.ts";
import { projectionBlocks } from "./projection.ts";
import { bytesTable, goalTable, groupTable, processorTable, versionTable } from "./tables.ts";
import { rowText } from "./words.ts";

/** The question of the measurement, shown until there are figures that answer it. */
const question =
  "What does a step take that workers take together, how much of their all-reduce is hidden behind " +
  "the computation, and how does it compare with PyTorch's DistributedDataParallel?";

/** The report of a measurement. */
export function scalingDocument(record: ScalingRecord): Document {
  const { rows } = record;
  const models = modelsOf(rows);
  const answers = rows.flatMap(answersOf);
  return {
    title: `What a step takes over workers: ${record.profile}`,
    kicker: `${record.suite} · profile ${record.profile}`,
    answer: answers.length === 0 ? [question] : answers,
    blocks: [
      ...facts(setup(record)),
      ...section("Goals", goalTable(rows.flatMap(goalsOf))),
      ...section("Step time over workers", stepFigure(rows, models)),
      ...rows.flatMap((row) => rowBlocks(record, row)),
      ...section("Projection", projectionBlocks(rows, models)),
      ...section("How to read it", list(howToRead(record))),
      ...section("What ran", versionTable(rows)),
      ...closingBlocks(record),
    ],
  };
}

/** What this library's groups did in a row of several workers. */
function answersOf(row: ScalingRow): Text[] {
  return row.groups.filter(({ engine, blocks }) => engine === "tensorflow" && blocks.length > 0)
    .flatMap((group) => row.values.workers === 1 ? [] : [answerOf(row, group)]);
}

function answerOf(row: ScalingRow, group: GroupRecord): Text {
  const peer = peerOf(row, group);
  const ratio = peer && stepRatio(group, peer);
  const exposed = exposedShare(group);
  const sent = (sentBytes(group) ?? NaN) / (leastBytes(group, row.values.workers) ?? NaN);
  const parts = [
    ...(ratio ? [`the step takes ${ratioText(ratio)} × that of ${peer!.label}`] : []),
    ...(exposed ? [hiddenText(exposed, busyShare(group))] : []),
    ...(Number.isFinite(sent) ? [`a worker sends ${fixed(sent, 3)} × what a ring has to`] : []),
  ];
  return [strong(`${rowText(row)}, ${group.label}:`), ` ${parts.join("; ") || "not to the end"}.`];
}

/** With one core a worker, what its processor works for cannot be hidden. */
function hiddenText({ median }: Ratio, busy: number | undefined): string {
  const hidden = `${fixed(100 * (1 - median), 0)} % of the all-reduce is hidden`;
  if (busy === undefined) return hidden;
  return `${hidden}, in ${fixed(100 * (1 - busy), 0)} % of which processors only wait`;
}

function ratioText(ratio: Ratio): string {
  return numberText({ value: ratio.median, digits: 3, range: ratio });
}

function setup(record: ScalingRecord): Fact[] {
  const { config } = record;
  return [
    ["Step", stepText(config, [], " a worker")],
    [
      "Rounds",
      `${counted(Number(config.rounds), "round")} a row, in each every group there and back, ` +
      `${counted(Number(config.steps), "step")} of each work at a time, after ` +
      `${counted(Number(config.warmupSteps), "step")} that are not counted`,
    ],
    made(record),
  ];
}

function rowBlocks(record: ScalingRecord, row: ScalingRow): Block[] {
  const { depth } = row.values;
  const alone = record.rows.find(({ values }) => values.depth === depth && values.workers === 1);
  const batchSize = Number(record.config.batchSize);
  return section(`${rowText(row)}${row.complete ? "" : ", interrupted"}`, [
    ...groupTable(row, { batchSize, alone }),
    ...processorTable(row),
    ...bytesTable(row),
    ...list([placeText(row)]),
    ...section("Warnings", list(row.warnings.map(warningText)), 3),
    ...section("Without a result, or not to the end", list(missing(row)), 3),
  ]);
}

function placeText({ cores, oversubscribed, values: { workers } }: ScalingRow): string {
  if (cores === undefined) return "Workers were not bound to cores: there is no taskset here.";
  const bound = workers === 1
    ? `The worker was bound to core ${cores[0]}.`
    : `Workers were bound to cores ${cores.join(", ")}, by rank.`;
  return oversubscribed ? `${bound} They took turns: times say nothing of as many cores.` : bound;
}

function missing({ groups }: ScalingRow): Text[] {
  return groups.filter(({ status }) => status !== "done").map(({ label, status, error }) => [
    strong(label),
    `: ${status}: ${error ?? "interrupted"}`,
  ]);
}

function howToRead({ config }: ScalingRecord): string[] {
  const bounds = Number(config.rounds) >= fewestForBootstrap
    ? "in brackets the 95 % bootstrap interval of that median"
    : `in parentheses the smallest and the largest, as ${fewestForBootstrap} rounds are needed for ` +
      "an interval";
  return [
    "Every worker has as many images, whatever their number, one thread, and a core of its own where " +
    "there are as many.",
    "A duration is that of the slowest worker, step by step. Times are medians, with their quartiles " +
    "in parentheses.",
    "Compute alone is the same step on all workers at the same time, each by itself; all-reduce alone " +
    "the step's sums in the step's buckets with nothing else to do. The same processes do all three.",
    "Hidden is 1 − (step − compute alone) / all-reduce alone: the median over the rounds, " +
    `${bounds}. Below 0 the step takes longer than both one after the other.`,
    "Efficiency is images a second over those of as many single workers.",
    "Could be at most is the share of the all-reduce alone in which the workers' processors had nothing to do: " +
    "with one core a worker, no more can be hidden, as sending and summing take the time from the " +
    "computation.",
    "The processor's time is of the worker that took most, a run: the median over the blocks. Where a step's " +
    "is nearly all of its duration, nothing waits any more, and only work that is not done would make " +
    "it faster.",
    "PyTorch DDP is the faster of its forms that were timed, channels last, over gloo.",
    "Bytes are the payload that the kernel counts as sent on the worker's TCP connections (TCP_INFO): " +
    "frames of gRPC or gloo are in it, headers of TCP and IP are not. A ring has to send " +
    "2 · (N − 1) / N of the gradient.",
  ];
}
