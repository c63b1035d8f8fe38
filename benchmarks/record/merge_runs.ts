/**
 * The merge of records of one run, such as those of shards.
 *
 * @module
 */
import { UsageError } from "../ground/errors.ts";
import { isKnown } from "../ground/instruction_sets.ts";
import type { Result } from "./cells.ts";
import { checkPaired } from "./check_paired.ts";
import type { Warning } from "./head.ts";
import type { AnyRecord, Kind, RecordOf } from "./kinds.ts";
import { mergeCells } from "./merge.ts";
import { differenceOf, differences, joinCommands, machineFacts } from "./same_run.ts";

/** How records of a kind become one, or why they cannot. */
const mergers: {
  readonly [K in Kind]: ((records: readonly RecordOf<K>[]) => RecordOf<K>) | string;
} = {
  cells: mergeResults,
  timings: "measurements of overhead: each is of one machine and run",
  changes: "comparisons of versions: each was measured and judged as a whole",
  detection: "tries of bench:compare: the same command goes on with what is there",
  scaling: "measurements of groups of workers: each is of one machine and run",
};

/**
 * The records of one run as one.
 *
 * @param records at least one
 * @throws {UsageError} if they are not of one run, of a kind that cannot be merged, or if cells of
 * one seed began from other weights
 */
export function mergeRecords(records: readonly [AnyRecord, ...AnyRecord[]]): AnyRecord {
  const [first, ...others] = records;
  if (others.length === 0) return first;
  const merge = mergers[first.kind];
  if (typeof merge === "string") throw new UsageError(`Cannot merge ${merge}`);
  for (const other of others) {
    const difference = differenceOf(first, other);
    if (difference === undefined) continue;
    throw new UsageError(
      `Cannot merge the runs as they differ in ${difference}: give those of one comparison`,
    );
  }
  return (merge as (records: readonly AnyRecord[]) => AnyRecord)(records);
}

function mergeResults(results: readonly Result[]): Result {
  const [first, ...others] = results as [Result, ...Result[]];
  const whole = mergeCells(first, others.flatMap(({ cells }) => cells));
  checkPaired(
    whole.cells,
    "these cells do not pair: run those of one seed again, on one machine",
    whole.arms,
  );
  const overhead = results.find((result) => result.overhead !== undefined)?.overhead;
  return {
    ...whole,
    command: results.map(({ command }) => command).reduce(joinCommands),
    panels: results.find(({ panels }) => panels.length > 0)?.panels ?? [],
    warnings: mergedWarnings(results),
    ...(overhead !== undefined && { overhead }),
  };
}

/** Every warning once, and one more where times of several machines come together. */
function mergedWarnings(results: readonly Result[]): Warning[] {
  const all = [...results.flatMap(({ warnings }) => warnings), ...mixedMachines(results)];
  return [...new Map(all.map((warning) => [JSON.stringify(warning), warning])).values()];
}

function mixedMachines(results: readonly Result[]): Warning[] {
  const machines = results.map(({ environment }) => machineFacts(environment));
  const kinds = machines.filter((machine, i) =>
    machines.slice(0, i).every((earlier) => differences(earlier, machine).length > 0)
  );
  if (kinds.length < 2) return [];
  const names = kinds.map(machineName);
  return [{
    code: "mixed-machines",
    message: `these cells ran on ${kinds.length} kinds of machine: ${names.join("; ")}`,
    advice: "Compare quality, and times only where they were taken in turn on one machine",
  }];
}

function machineName(
  { cpu, cores, gpu, instructionSets, oneDnn }: ReturnType<typeof machineFacts>,
) {
  return [
    `${gpu ?? ""} ${cpu}, ${cores} cores`.trim(),
    ...(isKnown(instructionSets) ? [`(${instructionSets})`] : []),
    ...(isKnown(oneDnn) ? [`oneDNN ${oneDnn ? "on" : "off"}`] : []),
  ].join(" ");
}
