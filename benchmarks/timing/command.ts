import { join } from "node:path";
import * as tf from "../../src/tf.ts";
import { commandLine } from "../cli/command_line.ts";
import { environment } from "../record/environment.ts";
import { exitCodes } from "../cli/exit.ts";
import { namedLines } from "../cli/named_lines.ts";
import { profiles } from "../experiments/profiles/overhead.ts";
import { claimFolder, type RunFolder } from "../record/run_folder.ts";
import { joinCommands } from "../record/same_run.ts";
import { type MachineState, machineState, machineWarnings } from "../judge/warnings/machine.ts";
import { overheadHelp, parseOverheadCommandLine } from "./command_line.ts";
import { writeReport } from "../report/mod.ts";
import { measure } from "./measure.ts";
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
import { subjectsOf } from "./subjects.ts";
import { rowName } from "../judge/timings/rows.ts";
import { measurementWarnings } from "../judge/timings/warnings.ts";

/**
 * `bench:overhead` from its command line to its files.
 *
 * @param args the arguments after the command's name
 * @param signal stops after the round under way; what was timed is written
 * @returns the exit code
 * @throws {UsageError} if something asked for does not exist, or `out` is taken
 */
export async function runOverhead(args: string[], signal: AbortSignal): Promise<number> {
  const asked = parseOverheadCommandLine(args);
  if (asked === "help") {
    console.log(help());
    return exitCodes.done;
  }
  const plan = planOf(asked);
  if (asked.dryRun) {
    console.log(planText(plan));
    return exitCodes.done;
  }
  await checkInterpreters(asked.interpreters);
  const { resume = false, force, out } = asked;
  using folder = await claimFolder(out, { resume, force });
  const record = await measureRows(plan, await blankRecord(plan, args), folder, signal);
  const subjects = subjectsIn(record);
  const failures = subjects.filter(({ status }) => status === "failed");
  if (failures.length > 0) console.error(`${subjects.length} subjects, ${failures.length} failed`);
  console.log(`report: ${join(out, "report.html")}`);
  if (signal.aborted) return exitCodes.interrupted;
  return asked.strict && failures.length > 0 ? exitCodes.failed : exitCodes.done;
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
  const { interpreters } = asked;
  const records = await measure(subjects, { profile, threads, interpreters, signal, tell });
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
  args: string[],
): Promise<TimingsRecord> {
  // Where Python lies is this machine's, and no help elsewhere.
  const withoutPath = (word: string) =>
    asked.interpreters.reduce((text, path) => text.replace(path, "PYTHON"), word);
  const backend = subjects[0]?.engine ?? "none";
  return {
    schemaVersion,
    kind: "timings",
    suite: "overhead",
    profile: asked.profile,
    title: "What a step costs",
    config: { ...profile, blocks: [...profile.blocks], dilations: [...profile.dilations] },
    environment: await environment({ backend, tensorflowjs: tf.version_core }),
    command: commandLine("deno task bench:overhead", args.map(withoutPath)),
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

function help(): string {
  const lines = Object.entries(profiles).map(([name, { description }]) => [name, description]);
  const subjects = subjectsOf([{ name: "tensorflow", captures: true }], true);
  return overheadHelp(
    Object.fromEntries(lines),
    Object.fromEntries(subjects.map(({ name, label }) => [name, label])),
  );
}

function planText({ subjects, rows, sweep }: Plan): string {
  const lines = namedLines(Object.fromEntries(subjects.map(({ name, label }) => [name, label])));
  const names = sweep === undefined ? [] : rows.map(({ values }) => `row: ${rowName(values)}`);
  return [lines, ...names].join("\n");
}
