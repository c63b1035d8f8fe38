import { join } from "node:path";
import * as tf from "../../src/tf.ts";
import type { Ending } from "../cli/exit.ts";
import { type Context, type Program, program } from "../cli/program.ts";
import { stopSignal } from "../cli/signals/stop_signals.ts";
import { environment } from "../record/environment.ts";
import { claimFolder, type RunFolder } from "../record/run_folder.ts";
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
import { checkInterpreters } from "./programs.ts";
import { rowsToKeep } from "./resume.ts";
import { rowName } from "../judge/timings/rows.ts";
import { measurementWarnings } from "../judge/timings/warnings.ts";

/** `bench:overhead`, from its options to its files. */
export const overhead: Program = program<OverheadAsked>({
  command: "deno task bench:overhead",
  summary:
    "What a step costs in time and memory: with and without weight standardization, and in " +
    "other frameworks.",
  options: overheadOptions,
  lacks: Object.fromEntries(
    ["data", "model", "seeds", "shard", "tensorboard", "skip-bad", "workers"]
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
  await checkInterpreters(asked.peers);
  const { resume, force, out } = asked;
  using folder = await claimFolder(out, { resume, force });
  const record = await measureRows(plan, await blankRecord(plan, command), folder, signal);
  const subjects = subjectsIn(record);
  const failures = subjects.filter(({ status }) => status === "failed");
  if (failures.length > 0) console.error(`${subjects.length} subjects, ${failures.length} failed`);
  console.log(`report: ${join(out, "report.html")}`);
  if (signal.aborted) return "interrupted";
  return asked.strict && failures.length > 0 ? "failed" : "done";
}

/** Row by row, the record written after each: what is done survives whatever comes. */
async function measureRows(
  plan: Plan,
  blank: TimingsRecord,
  folder: RunFolder,
  signal: AbortSignal,
): Promise<TimingsRecord> {
  const earlier = folder.resumes ? (await openRecord(folder.path, "timings")).record : undefined;
  const names = plan.subjects.map(({ name }) => name);
  const kept = earlier === undefined ? [] : rowsToKeep(earlier, blank, names);
  const command = earlier === undefined
    ? blank.command
    : joinCommands(earlier.command, blank.command);
  const done = new Map(kept.map((row) => [rowName(row.values), row]));
  let record: TimingsRecord = { ...blank, command, ...rowsOfPlan(plan, done) };
  let before = machineState();
  for (const row of plan.rows) {
    if (signal.aborted) break;
    if (done.has(rowName(row.values))) continue;
    const measured = await measureRow(plan, row, before, signal);
    before = withoutLoad(machineState());
    const createdAt = new Date().toISOString();
    done.set(rowName(row.values), { values: row.values, createdAt, ...measured });
    record = withVersion({ ...record, ...rowsOfPlan(plan, done) });
    await folder.save(record);
    await writeReport(folder.path, record);
  }
  return record;
}

function subjectsIn({ rows }: TimingsRecord): SubjectRecord[] {
  return rows.flatMap(({ subjects }) => subjects);
}

/** From the second row on the load is the measurement's own. */
function withoutLoad({ load: _, ...state }: MachineState): MachineState {
  return state;
}

/** In the order of the plan, whatever order they were measured in. */
function rowsOfPlan(
  { rows }: Plan,
  done: ReadonlyMap<string, RowRecord>,
): Pick<TimingsRecord, "rows" | "complete"> {
  const measured = rows.flatMap(({ values }) => done.get(rowName(values)) ?? []);
  const complete = measured.length === rows.length && measured.every((row) => row.complete);
  return { rows: measured, complete };
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
  const surroundings = { profile, threads, interpreters: asked.peers, signal, tell };
  const records = await measure(subjects, surroundings);
  const measured: Measurement = { complete: !signal.aborted, subjects: records };
  const warnings = [
    ...machineWarnings(before, machineState()),
    ...measurementWarnings(measured, profile.rounds),
  ];
  return { ...measured, warnings };
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
    // Where Python lies is this machine's, and no help elsewhere.
    command: asked.peers.reduce((line, path) => line.replaceAll(path, "PYTHON"), command),
    createdAt: new Date().toISOString(),
    complete: false,
    warnings: [],
    ...(sweep !== undefined && { sweep }),
    rows: [],
  };
}

/** What computes behind the first backend, its own processes know alone. */
function withVersion(record: TimingsRecord): TimingsRecord {
  const { environment } = record;
  const ready = subjectsIn(record).map(({ ready }) => ready)
    .find((ready) => ready?.versions[environment.backend] !== undefined);
  const backendVersion = ready?.versions[environment.backend];
  const oneDnn = ready?.oneDnn;
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
