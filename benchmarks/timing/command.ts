import { join } from "node:path";
import type { Ending } from "../cli/exit.ts";
import { type Context, type Program, program } from "../cli/program.ts";
import { stopSignal } from "../cli/signals/stop_signal.ts";
import { environment } from "../record/environment.ts";
import { claimFolder } from "../record/run_folder.ts";
import { joinCommands } from "../record/same_run.ts";
import { type MachineState, machineState, machineWarnings } from "../judge/warnings/machine.ts";
import { writeOverhead } from "./files.ts";
import { measure } from "./measure.ts";
import { type OverheadAsked, overheadOptions } from "./options.ts";
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
import { rowName } from "./sweep.ts";
import { measurementWarnings } from "./warnings.ts";

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
  using _folder = await claimFolder(asked.out, { resume: false, force: false });
  const earlier = await earlierOverhead(asked.out, asked);
  const blank = await blankResult(plan, command);
  const result = plan.sweep === undefined
    ? await measureOnce(plan, blank, signal)
    : await measureRows(plan, blank, earlier, signal);
  const records = measuredRows(result).flatMap(({ subjects }) => subjects);
  const failures = records.filter(({ status }) => status === "failed");
  if (failures.length > 0) console.error(`${records.length} subjects, ${failures.length} failed`);
  console.log(`report: ${join(asked.out, "overhead.md")}`);
  if (signal.aborted) return "interrupted";
  return asked.strict && failures.length > 0 ? "failed" : "done";
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
async function blankResult(
  { asked, profile, subjects, sweep }: Plan,
  command: string,
): Promise<OverheadResult> {
  const machine = await environment("unknown");
  return {
    schemaVersion,
    suite: "overhead",
    profile: asked.profile,
    config: { ...profile, blocks: [...profile.blocks], dilations: [...profile.dilations] },
    environment: { ...machine, backend: subjects[0]?.engine ?? "none" },
    // Where Python lies is this machine's, and no help elsewhere.
    command: asked.peers.reduce((line, path) => line.replaceAll(path, "PYTHON"), command),
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

function planText({ subjects, rows, sweep }: Plan): string {
  const width = Math.max(...subjects.map(({ name }) => name.length)) + 2;
  const names = sweep === undefined ? [] : rows.map(({ values }) => `row: ${rowName(values)}`);
  return [...subjects.map(({ name, label }) => name.padEnd(width) + label), ...names].join("\n");
}
