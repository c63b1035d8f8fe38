/**
 * The report of how often changes are found, from its record alone.
 *
 * @module
 */
import type { DetectionRecord, Pool, TimeCondition, TimeTrial, Verdict } from "../../record/mod.ts";
import { counted, fixed, signed } from "../../ground/format.ts";
import { type Condition, drawComparisons, type DrawCounts } from "../../judge/changes/draws.ts";
import { mean, median, standardDeviation } from "../../judge/statistics/summary.ts";
import { csvText } from "../csv_text.ts";
import { closingBlocks, made } from "../closing.ts";
import { type Cell, type Document, note, strong, type Text } from "../document.ts";

/** How many comparisons of each kind are asked for. */
const shown = 20;

/** Draws for a steady rate. */
const many = 1000;

/** Seeds a side that are tried. */
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
  const columns = ["what", "condition", "alarms", "inconclusive", "improvement", "unchanged"];
  const rows = rowsOf(record);
  return {
    title: "What bench:compare finds, and what it takes for a change",
    kicker: "detection",
    answer: detectionAnswers(record),
    blocks: [
      {
        kind: "table",
        paper: true,
        caption: "Verdicts by what was compared",
        columns: [...columns, "note"],
        rows: rows.map(({ what, condition, comparisons, verdicts, note }): Cell[] => [
          what,
          condition,
          { value: verdicts.regression, digits: 0, unit: `of ${comparisons}` },
          { value: verdicts.inconclusive, digits: 0 },
          { value: verdicts.improvement, digits: 0 },
          { value: verdicts.unchanged, digits: 0 },
          note,
        ]),
      },
      ...(record.pool === undefined ? [] : [note(poolText(record.pool))]),
      ...closingBlocks(record, [made(record)]),
    ],
  };
}

/** How often a slow-down was found, and how often there was an alarm for nothing. */
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
  return `Quality is drawn from ${
    counted(base.seeds.length, "seed")
  } trained with and without the ` +
    `drop, whose mean is ${signed(mean(differences), 2)} points; paired differences scatter by ` +
    `${fixed(standardDeviation(differences), 2)}, seeds by ${
      fixed(standardDeviation(base.scores), 2)
    }. Draws share cells.`;
}

/** `detection.csv`. */
export function detectionCsv(record: DetectionRecord): string {
  const columns = ["what", "condition", "comparisons", "regression", "inconclusive"];
  const rows = rowsOf(record).map(({ what, condition, comparisons, verdicts, note }) => [
    what,
    condition,
    comparisons,
    verdicts.regression,
    verdicts.inconclusive,
    verdicts.improvement,
    verdicts.unchanged,
    note,
  ]);
  return csvText([...columns, "improvement", "unchanged", "note"], rows);
}
