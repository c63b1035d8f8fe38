import { join } from "node:path";
import type { Ending } from "../cli/exit.ts";
import { type Context, type Program, program } from "../cli/program.ts";
import { stopSignal } from "../cli/signals/stop_signals.ts";
import { type MachineState, machineState, machineWarnings } from "../judge/warnings/machine.ts";
import { rowName } from "../judge/timings/rows.ts";
import { environment } from "../record/environment.ts";
import { openRecord, type ScalingRecord, type ScalingRow, schemaVersion } from "../record/mod.ts";
import { type RunFolder, takeFolder } from "../record/run_folder.ts";
import { differenceOf, joinCommands } from "../record/same_run.ts";
import { writeReport } from "../report/mod.ts";
import * as tf from "../../src/tf.ts";
import { UsageError } from "../ground/errors.ts";
import { withoutInterpreters } from "../timing/command.ts";
import { checkInterpreters } from "../timing/start_subject.ts";
import { coresFor, usableCores } from "./cores.ts";
import { ensureCompiler } from "./compiler.ts";
import { measure } from "./measure.ts";
import { type ScalingAsked, scalingOptions } from "./options.ts";
import { type Plan, type PlannedRow, planOf } from "./plan.ts";

/** `bench:scaling`, from its options to its files. */
export const scaling: Program = program({
  command: "deno task bench:scaling",
  summary: "What a step of data-parallel training takes over workers on this machine, and beside " +
    "PyTorch's.",
  options: scalingOptions,
  lacks: Object.fromEntries(
    [
      "data",
      "model",
      "seeds",
      "shard",
      "tensorboard",
      "skip-bad",
      "loader-threads",
      "max-hours",
      "deterministic",
      "backends",
    ]
      .map((name) => [name, "nothing is trained, steps of tensorflow are timed"]),
  ),
  examples: [
    "deno task bench:scaling --workers 1,2,4",
    "deno task bench:scaling --profile resnet50 --peers PYTHON",
  ],
  endings: { failed: "failed under --strict", interrupted: "interrupted" },
  signal: stopSignal,
  run,
});

async function run(asked: ScalingAsked, { command, signal }: Context): Promise<Ending> {
  const plan = planOf(asked);
  const cores = await usableCores();
  if (asked.dryRun) {
    console.log(planText(plan));
    return "done";
  }
  await checkInterpreters(asked.peers);
  const { resume, force, out } = asked;
  using folder = await takeFolder(out, { resume, force });
  if (plan.groups.some(({ form }) => form === "compiled")) await ensureCompiler(console.error);
  const record = await measureRows(plan, await blankRecord(plan, command), cores, folder, signal);
  const groups = record.rows.flatMap(({ groups }) => groups);
  const failures = groups.filter(({ status }) => status === "failed");
  if (failures.length > 0) console.error(`${groups.length} groups, ${failures.length} failed`);
  console.log(`report: ${join(out, "report.html")}`);
  if (signal.aborted) return "interrupted";
  return asked.strict && failures.length > 0 ? "failed" : "done";
}

/** Measures row by row and writes the record after each, so that a crash loses one row at most. */
async function measureRows(
  plan: Plan,
  blank: ScalingRecord,
  cores: readonly number[],
  folder: RunFolder,
  signal: AbortSignal,
): Promise<ScalingRecord> {
  let record = blank;
  if (folder.resumes) {
    const { record: earlier } = await openRecord(folder.path, "scaling");
    record = { ...blank, rows: rowsToKeep(earlier, blank) };
    record.command = joinCommands(earlier.command, blank.command);
  }
  let before = machineState();
  for (const planned of plan.rows) {
    const name = rowName(planned.values);
    if (signal.aborted) break;
    if (record.rows.some(({ values }) => rowName(values) === name)) continue;
    const row = await measureRow(plan, planned, cores, before, signal);
    const { load: _, ...state } = machineState(); // the load is the measurement's own from now on
    before = state;
    record = withRow(record, row, plan);
    await folder.save(record);
    await writeReport(folder.path, record);
  }
  return record;
}

/** Rows that are done, where they compare with those to come. */
function rowsToKeep(earlier: ScalingRecord, now: ScalingRecord): ScalingRow[] {
  const difference = differenceOf(earlier, now);
  if (difference === undefined) return earlier.rows.filter(({ complete }) => complete);
  throw new UsageError(
    "Cannot go on with the measurement there as its rows would not compare: it differs in " +
      `${difference}; ask for the same, or write elsewhere with --out DIR`,
  );
}

/** By depth and number of workers, even where some were measured before others. */
function withRow(record: ScalingRecord, row: ScalingRow, plan: Plan): ScalingRecord {
  const rows = [...record.rows, row].sort((a, b) =>
    a.values.depth - b.values.depth || a.values.workers - b.values.workers
  );
  const isDone = ({ values }: PlannedRow) =>
    rows.some((row) => row.complete && rowName(row.values) === rowName(values));
  return {
    ...withVersion(record, row),
    rows,
    complete: plan.rows.every(isDone) && rows.every(({ complete }) => complete),
  };
}

async function measureRow(
  { groups, asked }: Plan,
  { profile, values }: PlannedRow,
  usable: readonly number[],
  before: MachineState,
  signal: AbortSignal,
): Promise<ScalingRow> {
  const cores = coresFor(values.workers, usable);
  const records = await measure(groups, {
    profile,
    workers: values.workers,
    cores,
    interpreters: asked.peers,
    signal,
    tell: (line) => console.error(`${rowName(values)}: ${line}`),
  });
  return {
    values,
    createdAt: new Date().toISOString(),
    complete: !signal.aborted,
    ...(cores !== undefined && { cores }),
    oversubscribed: values.workers > (usable.length || navigator.hardwareConcurrency),
    groups: records,
    warnings: machineWarnings(before, machineState()),
  };
}

/** The record of a measurement that has not begun. */
async function blankRecord({ asked, profile }: Plan, command: string): Promise<ScalingRecord> {
  return {
    schemaVersion,
    kind: "scaling",
    suite: "scaling",
    profile: asked.profile,
    title: "What a step takes over workers",
    config: {
      ...profile,
      blocks: [...profile.blocks],
      dilations: [...profile.dilations],
      workers: [...profile.workers],
      depths: [...profile.depths],
      bucketCapsMb: [...profile.bucketCapsMb],
      transferBytes: [...profile.transferBytes],
    },
    environment: await environment({ backend: "tensorflow", tensorflowjs: tf.version_core }),
    command: withoutInterpreters(command),
    createdAt: new Date().toISOString(),
    complete: false,
    warnings: [],
    rows: [],
  };
}

/** The library's version and oneDNN, which only the processes that compute know. */
function withVersion(record: ScalingRecord, { groups }: ScalingRow): ScalingRecord {
  const ready = groups.find(({ engine, ready }) => engine === "tensorflow" && ready)?.ready;
  if (ready === undefined) return record;
  const { versions: { tensorflow: backendVersion }, oneDnn } = ready;
  return {
    ...record,
    environment: {
      ...record.environment,
      ...(backendVersion !== undefined && { backendVersion }),
      ...(oneDnn !== undefined && { oneDnn }),
    },
  };
}

function planText({ groups, rows }: Plan): string {
  const width = Math.max(...groups.map(({ name }) => name.length)) + 2;
  return [
    ...groups.map(({ name, label }) => name.padEnd(width) + label),
    ...rows.map(({ values }) => `row: ${rowName(values)}`),
  ].join("\n");
}
