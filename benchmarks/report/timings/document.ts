/**
 * The report on timed steps: what each subject costs, absolutely and relative to others.
 *
 * @module
 */
import { counted } from "../../ground/format.ts";
import { judgeTimings } from "../../judge/claims/timings.ts";
import { fewestForBootstrap } from "../../judge/statistics/bootstrap.ts";
import {
  type ComparedRow,
  comparedRows,
  isAddedByKernels,
  type Overhead,
} from "../../judge/timings/overheads.ts";
import { rowName } from "../../judge/timings/rows.ts";
import { measurementWarnings } from "../../judge/timings/measurement_warnings.ts";
import {
  type ConfiguredRow,
  measuredRows,
  type Sweep,
  type TimingsRecord,
  type Warning,
} from "../../record/mod.ts";
import { facts, list, note, section, strong, warningText } from "../blocks.ts";
import { claimSentences, claimTable } from "../claims.ts";
import { closingBlocks, made } from "../closing.ts";
import type { Block, Document, Fact, Text } from "../document.ts";
import { numberText } from "../text.ts";
import { stepText } from "../timed_step.ts";
import { normBlocks } from "./norms.ts";
import { sweepBlocks } from "./sweep.ts";
import { addedCell, overheadTable, subjectTable, tensorTable, versionTable } from "./tables.ts";

/** The question of the measurement, shown until there are figures that answer it. */
const question =
  "How much time and memory does weight standardization (WS) add to a step, by TensorFlow.js's own " +
  "operations, by this library's, and baked into the kernels? And how much of what is measured is " +
  "noise?";

/** The report of a measurement. */
export function timingsDocument(result: TimingsRecord): Document {
  const rows = comparedRows(result);
  const ready = rows.find(({ subjects }) => subjects.some(({ ready }) => ready !== undefined));
  return {
    title: `What a step costs: ${result.profile}`,
    kicker: `${result.suite} · profile ${result.profile}`,
    answer: [...claimSentences(judgeTimings(result)), ...timingAnswers(result)],
    blocks: [
      ...facts(setup(result)),
      ...section("What is added as the work grows", sweepBlocks(result.sweep, rows)),
      ...rows.flatMap((row) => rowBlocks(row, result.sweep !== undefined)),
      ...section("Claims", claimBlocks(result)),
      ...section("How to read it", list(howToRead(result))),
      ...section("What ran", ready === undefined ? [] : versionTable(ready)),
      ...closingBlocks(result),
    ],
  };
}

/** What the measurement says: how much standardization adds to the plain step of this library. */
function timingAnswers(result: TimingsRecord): Text[] {
  const isSwept = result.sweep !== undefined;
  const lines = comparedRows(result).flatMap(({ overheads, values }) =>
    overheads.filter(isAboutKernels).map((one): Text => {
      const at = isSwept ? ` at ${rowName(values)}` : "";
      return [
        strong(`${one.subject.label}${at}: ${words(one)}`),
        ` ${numberText(addedCell(one.time))}.`,
      ];
    })
  );
  return lines.length === 0 ? [question] : lines;
}

function words({ verdict, time }: Overhead): string {
  if (verdict === "no interval") return "too few rounds to tell,";
  if (verdict === "within noise") return "nothing beyond noise is added,";
  if (time.low <= 1 && time.high >= 1) return "no added time was shown,";
  const added = time.median > 1 ? "time is added" : "time is saved";
  return verdict === "no A/A" ? `${added}, with no A/A run beside it,` : `${added},`;
}

/** Whether it is a standardized step over the same one in plain, of this library. */
function isAboutKernels(overhead: Overhead): boolean {
  const { kernels } = overhead.subject;
  return isAddedByKernels(overhead) && ["ws", "generic", "baked"].includes(kernels);
}

/** Nothing where no claim's subjects ran: most measurements are about none. */
function claimBlocks(result: TimingsRecord): Block[] {
  const rows = judgeTimings(result);
  return rows.every(({ verdict }) => verdict === "not run") ? [] : claimTable(rows);
}

function setup(result: TimingsRecord): Fact[] {
  const { sweep, rows, config } = result;
  const rounds = `${roundsText(result)}, in each every subject there and back, ` +
    `${counted(Number(config.steps), "step")} at a time, after ` +
    `${counted(Number(config.warmupSteps), "step")} that are not counted`;
  return [
    ["Step", stepText(config, Object.keys(sweep ?? {}))],
    ...(sweep === undefined ? [] : [["Sweep", sweepText(sweep, rows)] as const]),
    ["Rounds", rounds],
    made(result),
  ];
}

function sweepText(sweep: Sweep, rows: TimingsRecord["rows"]): string {
  const all = Object.values(sweep).reduce((product, values) => product * values.length, 1);
  const done = rows.filter(({ complete }) => complete).length;
  const keys = Object.entries(sweep).map(([key, values]) => `${key} ${values.join(", ")}`);
  const lack = done < all ? `; ${done} of ${all} are done: interrupted` : "";
  return `${counted(all, "row")}, each in processes of its own: ${keys.join(" × ")}${lack}`;
}

function roundsText(result: TimingsRecord): string {
  const [first] = measuredRows(result);
  const { rounds } = result.config;
  if (result.sweep !== undefined || first === undefined) {
    return `${counted(Number(rounds), "round")} a row`;
  }
  const done = new Set(first.subjects.flatMap(({ blocks }) => blocks.map(({ round }) => round)));
  return `${counted(done.size, "round")}${result.complete ? "" : ` of ${rounds}: interrupted`}`;
}

/** All about one measurement, named where it is a row of a sweep. */
function rowBlocks(row: ComparedRow, isOfSweep: boolean): Block[] {
  const suffix = isOfSweep ? `: ${rowName(row.values)}${row.complete ? "" : ", interrupted"}` : "";
  return section(`Time and memory${suffix}`, [
    ...subjectTable(row, { paper: !isOfSweep }),
    note(noiseLine(row)),
    ...section("Warnings", list(warningsOf(row).map(warningText)), 3),
    ...section("Normalizations", normBlocks(row, { paper: !isOfSweep }), 3),
    ...section("Comparisons", overheadTable(row.overheads), 3),
    ...section("Tensors", tensorTable(row), 3),
    ...section("Without a result, or not to the end", list(missing(row)), 3),
  ]);
}

function noiseLine({ overheads }: ComparedRow): string {
  const floors = overheads.filter(({ verdict }) => verdict === "noise floor");
  if (floors.length === 0) return "A/A: not run, so nothing tells differences from noise.";
  const texts = floors.map(({ time, over }) => `${numberText(addedCell(time))} for ${over.label}`);
  return `A/A: the plain step over itself, in another process, is ${
    texts.join("; ")
  }. A difference within that is noise.`;
}

/** Older records have no warnings; they are derived from the timings. */
function warningsOf(row: ConfiguredRow): Warning[] {
  return row.warnings ?? measurementWarnings(row, Number(row.config.rounds));
}

function missing({ subjects }: ConfiguredRow): Text[] {
  return subjects.filter(({ status }) => status !== "done").map(({ label, status, error }) => [
    strong(label),
    `: ${status}: ${error ?? "interrupted"}`,
  ]);
}

function howToRead({ config }: TimingsRecord): string[] {
  const bounds = Number(config.rounds) >= fewestForBootstrap
    ? "in brackets the 95 % bootstrap interval of that median; in parentheses, where a subject has " +
      `fewer than ${fewestForBootstrap} rounds, the smallest and the largest`
    : `in parentheses the smallest and the largest, as ${fewestForBootstrap} rounds are needed for ` +
      "an interval";
  return [
    "Steps are medians, with their quartiles in parentheses.",
    "A ratio is the median over the rounds of a subject's mean step over the other's; " +
    `${bounds}. PyTorch and Composer stand for the fastest of their forms that was timed.`,
    "Peak is the most that the subject's process ever held, its start included.",
    "The noise floor is the bound of the A/A interval that lies farther from 0: a difference no " +
    "larger than it, or whose own interval holds 0, is within noise.",
    "A process that ends with more tensors than it had after its warm-up leaks.",
  ];
}
