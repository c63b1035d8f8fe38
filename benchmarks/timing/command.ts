import { join } from "node:path";
import * as tf from "../../src/tf.ts";
import type { Ending } from "../cli/exit.ts";
import { type Context, type Program, program } from "../cli/program.ts";
import { stopSignal } from "../cli/signals/stop_signals.ts";
import { environment } from "../record/environment.ts";
import { type RunFolder, takeFolder } from "../record/run_folder.ts";
import { joinCommands } from "../record/same_run.ts";
import { type MachineState, machineState, machineWarnings } from "../judge/warnings/machine.ts";
import { writeReport } from "../report/mod.ts";
import { measure } from "./measure.ts";
import { type OverheadAsked, overheadOptions } from "./options.ts";
import { type Plan, type PlannedRow, planOf } from "./plan.ts";
import {
  type Measurement,
  openRecord,
  type RowRecord,
  schemaVersion,
  type SubjectRecord,
  type TimingsRecord,
} from "../record/mod.ts";
import { checkInterpreters, interpretersOf } from "./start_subject.ts";
import { rowsToKeep } from "./sweep.ts";
import { rowName } from "../judge/timings/rows.ts";
import { measurementWarnings } from "../judge/timings/measurement_warnings.ts";

/** `bench:overhead`, from its options to its files. */
export const overhead: Program = program({
  command: "deno task bench:overhead",
  summary:
    "What a step costs in time and memory: with and without weight standardization, and in " +
    "other frameworks.",
  options: overheadOptions,
  lacks: Object.fromEntries(
    [
      "data",
      "model",
      "seeds",
      "shard",
      "tensorboard",
      "skip-bad",
      "workers",
      "loader-threads",
      "max-hours",
      "deterministic",
    ]
      .map((name) => [name, "nothing is trained, steps are timed"]),
  ),
  examples: [
    "deno task bench:overhead --profile backends --backends all",
    "deno task bench:overhead --profile resnet50 --peers PYTHON --arms plain,ws,pytorch",
    "deno task bench:overhead --sweep batchSize=2,8 --sweep imageSize=32,64",
  ],
  endings: { failed: "failed under --strict", interrupted: "interrupted" },
  signal: stopSignal,
  run,
});

async function run(asked: OverheadAsked, { command, signal }: Context): Promise<Ending> {
  const plan = planOf(asked);
  if (asked.dryRun) {
    console.log(planText(plan));
    return "done";
  }
  await checkInterpreters(interpretersOf(asked.peers));
  const { resume, force, out } = asked;
  using folder = await takeFolder(out, { resume, force });
  const record = await measureRows(plan, await blankRecord(plan, command), folder, signal);
  const subjects = subjectsIn(record);
  const failures = subjects.filter(({ status }) => status === "failed");
  if (failures.length > 0) console.error(`${subjects.length} subjects, ${failures.length} failed`);
  console.log(`report: ${join(out, "report.html")}`);
  if (signal.aborted) return "interrupted";
  return asked.strict && failures.length > 0 ? "failed" : "done";
}

/** Measures row by row and writes the record after each, so that a crash loses one row at most. */
async function measureRows(
  plan: Plan,
  blank: TimingsRecord,
  folder: RunFolder,
  signal: AbortSignal,
): Promise<TimingsRecord> {
  const done = new Map<string, RowRecord>();
  let record = blank;
  if (folder.resumes) {
    const { record: earlier } = await openRecord(folder.path, "timings");
    for (const row of rowsToKeep(earlier, blank, plan.subjects)) done.set(rowName(row.values), row);
    record = { ...blank, command: joinCommands(earlier.command, blank.command) };
  }
  record = withRows(record, plan, done);
  let before = machineState();
  for (const row of plan.rows) {
    const name = rowName(row.values);
    if (signal.aborted) break;
    if (done.has(name)) continue;
    const measured = await measureRow(plan, row, before, signal);
    const { load: _, ...state } = machineState(); // the load is the measurement's own from now on
    before = state;
    done.set(name, { values: row.values, createdAt: new Date().toISOString(), ...measured });
    record = withVersion(withRows(record, plan, done));
    await folder.save(record);
    await writeReport(folder.path, record);
  }
  return record;
}

function subjectsIn({ rows }: TimingsRecord): SubjectRecord[] {
  return rows.flatMap(({ subjects }) => subjects);
}

/** The rows are in the order of the plan, even where some were measured before others. */
function withRows(
  record: TimingsRecord,
  plan: Plan,
  done: ReadonlyMap<string, RowRecord>,
): TimingsRecord {
  const rows = plan.rows.flatMap(({ values }) => done.get(rowName(values)) ?? []);
  const complete = rows.length === plan.rows.length && rows.every((row) => row.complete);
  return { ...record, rows, complete };
}

async function measureRow(
  { subjects, asked }: Plan,
  { profile, values }: PlannedRow,
  before: MachineState,
  signal: AbortSignal,
): Promise<Measurement> {
  const name = rowName(values);
  const tell = (line: string) => console.error(name === "" ? line : `${name}: ${line}`);
  const threads = profile.threads || navigator.hardwareConcurrency;
  const surroundings = {
    profile,
    threads,
    interpreters: interpretersOf(asked.peers),
    signal,
    tell,
  };
  const records = await measure(subjects, surroundings);
  const measured: Measurement = { complete: !signal.aborted, subjects: records };
  const warnings = [
    ...machineWarnings(before, machineState()),
    ...measurementWarnings(measured, profile.rounds),
  ];
  return { ...measured, warnings };
}

/** A command line without the paths of `--peers`, which mean nothing on another machine. */
export function withoutInterpreters(command: string): string {
  const peers = /(--peers[ =])(?!jax-js(?: |$))([^\s']+|'[^']*')|'(--peers=)[^']*'/g;
  return command.replace(peers, "$1$3PYTHON");
}

/** The record of a measurement that has not begun. */
async function blankRecord(
  { asked, profile, subjects, sweep }: Plan,
  command: string,
): Promise<TimingsRecord> {
  const backend = subjects[0]?.engine ?? "none";
  return {
    schemaVersion,
    kind: "timings",
    suite: "overhead",
    profile: asked.profile,
    title: "What a step costs",
    config: { ...profile, blocks: [...profile.blocks], dilations: [...profile.dilations] },
    environment: await environment({ backend, tensorflowjs: tf.version_core }),
    command: withoutInterpreters(command),
    createdAt: new Date().toISOString(),
    complete: false,
    warnings: [],
    ...(sweep !== undefined && { sweep }),
    rows: [],
  };
}

/** The version behind the first backend, which only the processes that run it know. */
function withVersion(record: TimingsRecord): TimingsRecord {
  const { environment } = record;
  const ready = subjectsIn(record).map(({ ready }) => ready)
    .find((ready) => ready?.versions[environment.backend] !== undefined);
  if (ready === undefined) return record;
  const { versions: { [environment.backend]: backendVersion }, oneDnn } = ready;
  return {
    ...record,
    environment: {
      ...environment,
      ...(backendVersion !== undefined && { backendVersion }),
      ...(oneDnn !== undefined && { oneDnn }),
    },
  };
}

function planText({ subjects, rows, sweep }: Plan): string {
  const width = Math.max(...subjects.map(({ name }) => name.length)) + 2;
  const names = sweep === undefined ? [] : rows.map(({ values }) => `row: ${rowName(values)}`);
  return [...subjects.map(({ name, label }) => name.padEnd(width) + label), ...names].join("\n");
}
