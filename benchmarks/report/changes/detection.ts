/**
 * The report on how often changes are found.
 *
 * @module
 */
import type { DetectionRecord, Pool, TimeCondition, TimeTrial, Verdict } from "../../record/mod.ts";
import { counted, fixed, signed } from "../../ground/format.ts";
import { type Condition, drawComparisons, type DrawCounts } from "../../judge/changes/draws.ts";
import { mean, median, standardDeviation } from "../../judge/statistics/summary.ts";
import { csvText } from "../csv_text.ts";
import { closingBlocks, made } from "../closing.ts";
import { note, strong, table } from "../blocks.ts";
import type { Document, NumberCell, Text } from "../document.ts";

/** Draws whose verdicts are shown, for each condition. */
const shown = 20;

/** Draws from which the rate of alarms is estimated. */
const many = 1000;

/** Numbers of seeds per side. */
const seedCounts = [6, 8, 12, 16, 20];

const conditions: readonly Condition[] = [
  "same code, other seeds",
  "drop, same seeds",
  "drop of exactly 1.5, same seeds",
  "drop, other seeds",
];

/** One row of the table. */
interface Row {
  what: string;
  condition: string;
  comparisons: number;
  verdicts: Record<Verdict, number>;
  note: string;
}

function rowsOf({ times, pool }: DetectionRecord): Row[] {
  const trials = Map.groupBy(times, ({ condition }) => condition);
  return [
    ...[...trials].map(([condition, group]) => timeRow(condition, group)),
    ...(pool === undefined ? [] : qualityRows(pool)),
  ];
}

function timeRow(condition: TimeCondition, trials: TimeTrial[]): Row {
  const verdicts = { regression: 0, inconclusive: 0, improvement: 0, unchanged: 0 };
  for (const { verdict } of trials) verdicts[verdict]++;
  const changes = trials.flatMap(({ metrics }) => metrics.map(({ change }) => change));
  const minutes = median(trials.map(({ durationMs }) => durationMs)) / 60_000;
  return {
    what: "times",
    condition,
    comparisons: trials.length,
    verdicts,
    note: `median change ${signed(median(changes), 1)} %, ${fixed(minutes, 1)} min each`,
  };
}

function qualityRows(pool: Pool): Row[] {
  return seedCounts.flatMap((seeds) =>
    conditions.flatMap((condition) => {
      const few = drawComparisons(pool, condition, seeds, shown);
      const rate = drawComparisons(pool, condition, seeds, many);
      return few === undefined || rate === undefined ? [] : [qualityRow(few, rate)];
    })
  );
}

function qualityRow({ condition, seeds, draws, verdicts }: DrawCounts, rate: DrawCounts): Row {
  const percent = 100 * rate.verdicts.regression / rate.draws;
  return {
    what: `quality, ${seeds} seeds`,
    condition,
    comparisons: draws,
    verdicts,
    note: `${fixed(percent, 1)} % of ${rate.draws} draws`,
  };
}

/** The report. */
export function detectionDocument(record: DetectionRecord): Document {
  const countCell = (value: number): NumberCell => ({ value, digits: 0 });
  return {
    title: record.title,
    kicker: "detection",
    answer: detectionAnswers(record),
    blocks: [
      ...table("Verdicts by what was compared", rowsOf(record), [
        ["what", ({ what }) => what],
        ["condition", ({ condition }) => condition],
        ["alarms", ({ verdicts, comparisons }) => {
          return { ...countCell(verdicts.regression), unit: `of ${comparisons}` };
        }],
        ["inconclusive", ({ verdicts }) => countCell(verdicts.inconclusive)],
        ["improvement", ({ verdicts }) => countCell(verdicts.improvement)],
        ["unchanged", ({ verdicts }) => countCell(verdicts.unchanged)],
        ["note", ({ note }) => note],
      ], { paper: true }),
      ...(record.pool === undefined ? [] : [note(poolText(record.pool))]),
      ...closingBlocks(record, [made(record)]),
    ],
  };
}

/** How often a slow-down was found, and how often there was a false alarm. */
function detectionAnswers({ times }: DetectionRecord): Text[] {
  const alarms = (wanted: TimeCondition) => {
    const trials = times.filter(({ condition }) => condition === wanted);
    const found = trials.filter(({ verdict }) => verdict === "regression").length;
    return trials.length === 0 ? undefined : `${found} of ${counted(trials.length, "comparison")}`;
  };
  const [slower, same] = [alarms("slower by 10 %"), alarms("same code")];
  return [
    ...(slower === undefined ? [] : [[strong("A step 10 % slower was found"), ` in ${slower}.`]]),
    ...(same === undefined ? [] : [[strong("Equal code gave an alarm"), ` in ${same}.`]]),
    ...(times.length === 0 ? ["Times were not tried."] : []),
  ];
}

function poolText({ base, head }: Pool): string {
  const differences = head.scores.map((score, i) => score - base.scores[i]!);
  return `Quality is drawn from ${counted(base.seeds.length, "seed")} trained with and without ` +
    `the drop, whose mean is ${signed(mean(differences), 2)} points; paired differences scatter ` +
    `by ${fixed(standardDeviation(differences), 2)}, seeds by ` +
    `${fixed(standardDeviation(base.scores), 2)}. Draws share cells.`;
}

/** `detection.csv`. */
export function detectionCsv(record: DetectionRecord): string {
  const verdicts = ["regression", "inconclusive", "improvement", "unchanged"] as const;
  const rows = rowsOf(record).map((row) => [
    row.what,
    row.condition,
    row.comparisons,
    ...verdicts.map((verdict) => row.verdicts[verdict]),
    row.note,
  ]);
  return csvText(["what", "condition", "comparisons", ...verdicts, "note"], rows);
}
