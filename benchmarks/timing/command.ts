import { join } from "node:path";
import { commandLine } from "../cli/command_line.ts";
import { environment } from "../record/environment.ts";
import { exitCodes } from "../cli/exit.ts";
import { namedLines } from "../cli/named_lines.ts";
import { profiles } from "../experiments/profiles/overhead.ts";
import { claimFolder } from "../record/run_folder.ts";
import { joinCommands } from "../record/same_run.ts";
import { type MachineState, machineState, machineWarnings } from "../judge/warnings/machine.ts";
import { overheadHelp, parseOverheadCommandLine } from "./command_line.ts";
import { writeOverhead } from "./files.ts";
import { measure } from "./measure.ts";
import { type Plan, type PlannedRow, planOf } from "./plan.ts";
import {
  measuredRows,
  type Measurement,
  type OverheadResult,
  type RowRecord,
  schemaVersion,
} from "./record.ts";
import { checkInterpreters } from "./programs.ts";
import { earlierOverhead, rowsToKeep } from "./resume.ts";
import { subjectsOf } from "./subjects.ts";
import { rowName } from "./sweep.ts";
import { measurementWarnings } from "./warnings.ts";

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
  using _folder = await claimFolder(asked.out, { resume: false, force: false });
  const earlier = await earlierOverhead(asked.out, asked);
  const blank = await blankResult(plan, args);
  const result = plan.sweep === undefined
    ? await measureOnce(plan, blank, signal)
    : await measureRows(plan, blank, earlier, signal);
  const records = measuredRows(result).flatMap(({ subjects }) => subjects);
  const failures = records.filter(({ status }) => status === "failed");
  if (failures.length > 0) console.error(`${records.length} subjects, ${failures.length} failed`);
  console.log(`report: ${join(asked.out, "overhead.md")}`);
  if (signal.aborted) return exitCodes.interrupted;
  return asked.strict && failures.length > 0 ? exitCodes.failed : exitCodes.done;
}

async function measureOnce(
  plan: Plan,
  blank: OverheadResult,
  signal: AbortSignal,
): Promise<OverheadResult> {
  const result = withVersion({
    ...blank,
    ...await measureRow(plan, plan.rows[0]!, machineState(), signal),
  });
  await writeOverhead(plan.asked.out, result);
  return result;
}

/** Row by row, the record written after each: what is done survives whatever comes. */
async function measureRows(
  plan: Plan,
  blank: OverheadResult,
  earlier: OverheadResult | undefined,
  signal: AbortSignal,
): Promise<OverheadResult> {
  const names = plan.subjects.map(({ name }) => name);
  const kept = earlier === undefined ? [] : rowsToKeep(earlier, blank, names);
  const command = earlier === undefined
    ? blank.command
    : joinCommands(earlier.command, blank.command);
  const done = new Map(kept.map((row) => [rowName(row.values), row]));
  let result: OverheadResult = { ...blank, command, rows: kept };
  let before = machineState();
  for (const row of plan.rows) {
    if (signal.aborted) break;
    if (done.has(rowName(row.values))) continue;
    const measured = await measureRow(plan, row, before, signal);
    before = withoutLoad(machineState());
    const createdAt = new Date().toISOString();
    done.set(rowName(row.values), { values: row.values, createdAt, ...measured });
    result = withVersion({ ...result, ...rowsOfPlan(plan, done) });
    await writeOverhead(plan.asked.out, result);
  }
  return result;
}

/** From the second row on the load is the measurement's own. */
function withoutLoad({ load: _, ...state }: MachineState): MachineState {
  return state;
}

/** In the order of the plan, whatever order they were measured in. */
function rowsOfPlan(
  { rows }: Plan,
  done: ReadonlyMap<string, RowRecord>,
): Pick<OverheadResult, "rows" | "complete"> {
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
async function blankResult(
  { asked, profile, subjects, sweep }: Plan,
  args: string[],
): Promise<OverheadResult> {
  // Where Python lies is this machine's, and no help elsewhere.
  const withoutPath = (word: string) =>
    asked.interpreters.reduce((text, path) => text.replace(path, "PYTHON"), word);
  const machine = await environment("unknown");
  return {
    schemaVersion,
    suite: "overhead",
    profile: asked.profile,
    config: { ...profile, blocks: [...profile.blocks], dilations: [...profile.dilations] },
    environment: { ...machine, backend: subjects[0]?.engine ?? "none" },
    command: commandLine("deno task bench:overhead", args.map(withoutPath)),
    createdAt: new Date().toISOString(),
    complete: false,
    subjects: [],
    ...(sweep !== undefined && { sweep }),
  };
}

/** What computes behind the first backend, its own processes know alone. */
function withVersion(result: OverheadResult): OverheadResult {
  const { environment } = result;
  const ready = measuredRows(result).flatMap(({ subjects }) => subjects)
    .map(({ ready }) => ready)
    .find((ready) => ready?.versions[String(environment.backend)] !== undefined);
  const backendVersion = ready?.versions[String(environment.backend)] ?? "unknown";
  const oneDnn = ready?.oneDnn;
  return {
    ...result,
    environment: { ...environment, backendVersion, ...(oneDnn !== undefined && { oneDnn }) },
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
