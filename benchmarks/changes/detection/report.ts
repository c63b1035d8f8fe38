/**
 * The detection table, from its record alone.
 *
 * @module
 */
import { counted, fixed, signed } from "../../ground/format.ts";
import { csvText } from "../../report/csv_text.ts";
import { fenced, plain, table } from "../../report/markdown/table.ts";
import { mean, median, standardDeviation } from "../../judge/statistics/summary.ts";
import type { Verdict } from "../record.ts";
import { type Condition, drawComparisons, type DrawCounts, type Pool } from "./draws.ts";
import type { DetectionRecord, TimeCondition, TimeTrial } from "./record.ts";

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

/**
 * `detection.md`.
 *
 * @param record what was tried
 */
export function detectionMarkdown(record: DetectionRecord): string {
  const header = ["what", "condition", "alarms", "inconclusive", "improvement", "unchanged", ""];
  const rows = rowsOf(record).map(({ what, condition, comparisons, verdicts, note }) => [
    what,
    plain(condition),
    `**${verdicts.regression} of ${comparisons}**`,
    String(verdicts.inconclusive),
    String(verdicts.improvement),
    String(verdicts.unchanged),
    plain(note),
  ]);
  const facts = (values: Record<string, unknown>) =>
    Object.entries(values).map(([key, value]) => `${key} ${value}`).join("; ");
  const blocks = [
    "# What bench:compare finds, and what it takes for a change",
    table(header, rows, ["l", "l", "r", "r", "r", "r", "l"]),
    poolLine(record.pool),
    `- commit ${plain(record.commit)}, ${plain(record.createdAt)}\n- ${
      plain(facts(record.config))
    }\n- ${plain(facts(record.environment))}`,
    fenced(record.command),
  ];
  return `${blocks.filter(Boolean).join("\n\n")}\n`;
}

function poolLine(pool: Pool | undefined): string {
  if (pool === undefined) return "";
  const { base, head } = pool;
  const differences = head.scores.map((score, i) => score - base.scores[i]!);
  return `Quality is drawn from ${
    counted(base.seeds.length, "seed")
  } trained with and without the ` +
    `drop, whose mean is ${signed(mean(differences), 2)} points; paired differences scatter by ` +
    `${fixed(standardDeviation(differences), 2)}, seeds by ${
      fixed(standardDeviation(base.scores), 2)
    }. Draws share cells.`;
}

/**
 * `detection.csv`.
 *
 * @param record what was tried
 */
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
