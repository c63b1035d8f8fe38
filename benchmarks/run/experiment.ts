import { isDeepStrictEqual } from "node:util";
import { selectBackend, type SelectedBackend } from "../../src/backends/select.ts";
import { registerGradients } from "../../src/gradients/register.ts";
import * as tf from "../../src/tf.ts";
import { repairSeeds } from "../../src/repair_seeds.ts";
import { environment } from "../record/environment.ts";
import type { Contrast } from "../experiments/contrasts.ts";
import type { Grid } from "../experiments/grid.ts";
import { seedOfZero } from "../experiments/seeds.ts";
import { armRecords, armTasks } from "./arms.ts";
import type { SuiteAsked } from "./options.ts";
import { rehearse } from "./pairing/rehearse.ts";
import { type Plan, planCells, uniqueWarnings } from "./plan.ts";
import { type Planned, refusedLines, trainsText } from "./plan/describe.ts";
import { bestOfMany } from "./plan/best_of_many.ts";
import { estimate } from "./plan/probe.ts";
import { checkRoom, type DiskSize, diskSize, diskText } from "./plan/disk.ts";
import type { CommonProfile } from "../experiments/profiles/common.ts";
import { laterSettings } from "../experiments/profiles/vision.ts";
import { asUsageError } from "../ground/usage_errors.ts";
import { type Arm, type Json, type Result, schemaVersion, type Source } from "../record/mod.ts";
import type { PairedCell } from "../record/check_paired.ts";
import { foreignFolder, takeFolder } from "../record/run_folder.ts";
import { selectDeterministic } from "./deterministic.ts";
import { cellsLeft, resumed } from "./resume.ts";
import { consoleOutput, type RunOutput, silentOutput } from "./output.ts";
import { type Finished, runPlan } from "./run_plan.ts";
import { timeLimit } from "./time_limit.ts";
import type { Settings } from "../experiments/settings.ts";
import { checkMasks } from "../tasks/mask_options.ts";
import type { LoadingOptions, MasksAsked, Suite, TaskSource } from "../tasks/suite.ts";
import type { ArmDefinition, ModelFactory } from "../experiments/arm.ts";
import { explainMemoryError } from "../ground/memory.ts";
import { warningLine } from "../judge/warnings/mod.ts";
import { freeBytes } from "../ground/disk.ts";
import { checkWritable } from "../ground/files.ts";
import { checkAgreement } from "../../src/training/workers/check_agreement.ts";
import { agreedOn } from "./workers/agreed.ts";
import { checkWorkersBackend, joinWorkers, type RunWorkers, workersOf } from "./workers/join.ts";
import type { RunGroup } from "./workers/run_group.ts";
import { loadingFor, threadsOf } from "./workers/threads.ts";

/** All that a run is made of, every name resolved. */
export interface Experiment<P extends CommonProfile>
  extends
    Pick<SuiteAsked, "out" | "resume" | "force" | "dryRun">,
    Partial<Pick<SuiteAsked, "data" | "backend" | "seeds" | "keep" | "shard" | "tensorboard">>,
    Partial<Pick<SuiteAsked, "workers" | "maxHours" | "deterministic">>,
    MasksAsked {
  /** The suite whose tasks are trained. */
  suite: Pick<Suite<P>, "name" | "title" | "networkSettings" | "leavesOut" | "readsMasks" | "open">;
  /** The profile's name, for the report. */
  profileName: string;
  /** How the cells are trained. */
  profile: P;
  /** The arms, the baseline first. */
  arms: readonly ArmDefinition[];
  /** What is tested of them. */
  contrasts: readonly Contrast[];
  /** Where the arms lie on axes, if they do. */
  grid?: Grid | undefined;
  /** Makes the models of the arms that have none of their own, in place of the suite's network. */
  model?: ModelFactory | undefined;
  loading?: LoadingOptions;
  /** A user's program that the arms are from. */
  program?: Source | undefined;
  /** What the model is called in the report. */
  modelName: string;
  /** The command that repeats the run. */
  command: string;
  /** Where it says what it does; on stderr without. */
  output?: RunOutput | undefined;
}

/** A result, or the plan where only that was asked for; and whether this process is to tell of it. */
export type Outcome = (Finished | Planned) & { isChief: boolean };

/**
 * Opens the data, trains the cells that are not there yet, and writes results and reports. Each of
 * several workers does so, and the first of them alone writes.
 *
 * @param asked ends the run after the current step, as the end of its `maxHours` does; finished work is
 * recorded
 * @returns the result, or the plan where only that is asked for
 * @throws {UsageError} if the disk has no room for it, an arm's settings are wrong, the folder is taken or cannot be written, or the
 * library refuses a value of the profile
 * @throws {DataError} if the data cannot be read
 * @throws {ClusterError} if the workers cannot be a group, or differ in what they are asked for
 * @throws {WorkerLostError} if one of them ends before anything is trained
 * @throws the signal's reason, if it comes while workers wait for each other
 */
export async function runExperiment<P extends CommonProfile & Settings<P>>(
  experiment: Experiment<P>,
  asked: AbortSignal,
): Promise<Outcome> {
  registerGradients(); // one's own model may be made of stock layers
  repairSeeds();
  checkMasks(experiment, experiment.suite.readsMasks);
  const workers = await workersOf(experiment.workers);
  const threads = threadsOf(experiment.profile, workers);
  const backend = experiment.deterministic
    ? await selectDeterministic(experiment.backend, experiment.profile)
    : await selectBackend(experiment.backend, threads);
  checkWorkersBackend(workers);
  const { maxHours, output = consoleOutput } = experiment;
  using limit = timeLimit(workers.rank === 0 ? maxHours : undefined, asked, output.log);
  const { signal } = limit;
  if (experiment.dryRun) return await planned(experiment, workers, backend, signal);
  const group = await joinWorkers(workers, signal);
  try {
    const finished = await runTogether(experiment, { workers, group, backend }, signal);
    await group.end(finished.errors[0]);
    const { reason } = signal;
    return { ...finished, isChief: group.isChief, ...(!finished.complete && { reason }) };
  } catch (error) {
    await group.end(error);
    throw explainMemoryError(error);
  }
}

/** With what, and with whom, a run computes. */
interface Running {
  workers: RunWorkers;
  group: RunGroup;
  backend: SelectedBackend;
}

async function runTogether<P extends CommonProfile & Settings<P>>(
  experiment: Experiment<P>,
  { workers, group, backend }: Running,
  signal: AbortSignal,
): Promise<Finished> {
  const tasks = openTasks(experiment, workers);
  try {
    const prepared = await group.together(() =>
      prepare(experiment, tasks, workers.size).catch(throwRefused)
    );
    return await runPrepared(experiment, prepared, { workers, group, backend }, signal);
  } finally {
    await tasks.close();
  }
}

/** A plan needs no other worker: the others are like this one. */
async function planned<P extends CommonProfile & Settings<P>>(
  experiment: Experiment<P>,
  workers: RunWorkers,
  backend: SelectedBackend,
  signal: AbortSignal,
): Promise<Outcome> {
  const tasks = openTasks(experiment, { ...workers, rank: 0 });
  try {
    const { plan, weightBytes } = await prepare(experiment, tasks, workers.size).catch(
      throwRefused,
    );
    const { out, tensorboard } = experiment;
    const disk = {
      ...diskSize(plan, weightBytes),
      out,
      tensorboard,
      freeBytes: await freeBytes(out),
    };
    const estimated = await estimate(plan, signal).catch(throwRefused);
    return { plan, disk, backend, estimate: estimated, isChief: workers.rank === 0 };
  } catch (error) {
    throw explainMemoryError(error);
  } finally {
    await tasks.close();
  }
}

function openTasks<P extends CommonProfile>(
  { suite, data, loading, ...experiment }: Experiment<P>,
  workers: RunWorkers,
): TaskSource<P> {
  return suite.open(data, { ...loading, ...loadingFor(workers, loading) }, experiment);
}

/** A plan whose arms were tried: each can begin. */
interface Prepared {
  plan: Plan;
  /** How many bytes each arm's weights take, by its name. */
  weightBytes: ReadonlyMap<string, number>;
  /** The arms as they are recorded. */
  arms: Arm[];
  /** What their models begin from, with the first seed. */
  begun: readonly PairedCell[];
}

async function prepare<P extends CommonProfile & Settings<P>>(
  experiment: Experiment<P>,
  source: TaskSource<P>,
  sharedBy: number,
): Promise<Prepared> {
  const tasks = await armTasks(experiment, source);
  const whole = await planCells({ ...experiment, sharedBy }, tasks);
  const records = armRecords(tasks, experiment);
  const rehearsal = await rehearse(whole, records, experiment.suite.leavesOut);
  const { warnings, weightBytes, refused, begun } = rehearsal;
  const reasonOf = (arm: { name: string }) => refused.find(({ name }) => name === arm.name)?.reason;
  const left = tasks.filter((arm) => reasonOf(arm) === undefined);
  const plan = refused.length === 0
    ? whole
    : await planCells({ ...experiment, sharedBy }, left, refused);
  const arms = records.map((arm) => {
    const reason = reasonOf(arm);
    return { ...arm, ...(reason !== undefined && { refused: reason }) };
  });
  const all = uniqueWarnings([...warnings, ...plan.warnings, ...bestOfMany(plan.arms)]);
  return { plan: { ...plan, warnings: all }, arms, weightBytes, begun };
}

async function runPrepared<P extends CommonProfile>(
  experiment: Experiment<P>,
  { plan, weightBytes, arms, begun }: Prepared,
  { backend, group }: Running,
  signal: AbortSignal,
): Promise<Finished> {
  const { out, tensorboard, maxHours, output = consoleOutput } = experiment;
  const empty = await emptyResult(experiment, plan, arms, backend);
  if (group.group !== undefined) await checkAgreement(group.group, agreedOn(empty, plan));
  using held = new DisposableStack();
  const folder = { current: foreignFolder(out) };
  const start = await group.fromChief(async () => {
    if (tensorboard !== undefined) await checkWritable(tensorboard, "--tensorboard");
    folder.current = held.use(await takeFolder(out, experiment));
    const start = await resumed(folder.current, empty, begun);
    const { resumes, held: replaces } = folder.current;
    await checkRoom(diskOf(plan, start, weightBytes), out, { resumes, replaces });
    return start;
  });
  const options = { folder: folder.current, tensorboard, maxHours, signal, workers: group };
  if (!group.isChief) return await runPlan(plan, start, { ...options, output: silentOutput });
  const before = [ // hours of training
    ...(folder.current.abandons ? [abandonedLine(out)] : []),
    ...refusedLines(plan),
    ...start.warnings.filter(({ code }) => ["program-changed", "other-digits"].includes(code)).map(
      warningLine,
    ),
    ...plan.warnings.map(warningLine),
    ...(cellsLeft(plan, start).length > 0
      ? [
        trainsText(plan, backend),
        diskText(diskOf(plan, start, weightBytes), experiment),
      ]
      : []),
  ];
  before.forEach((line) => output.log(line));
  return await runPlan(plan, start, { ...options, output });
}

/** What the cells that are left will take. */
function diskOf(
  plan: Plan,
  start: Result,
  weightBytes: ReadonlyMap<string, number>,
): DiskSize {
  return diskSize({ ...plan, cells: cellsLeft(plan, start) }, weightBytes);
}

function abandonedLine(out: string): string {
  return `replaces the run in ${out}, which was stopped inside of a cell: with --resume it would have ` +
    "gone on; until the first checkpoint or cell it is still there";
}

function throwRefused(error: unknown): never {
  throw asUsageError(error);
}

async function emptyResult<P extends CommonProfile>(
  experiment: Experiment<P>,
  { task, arms: planned, seeds, warnings, workers }: Plan,
  arms: readonly Arm[],
  backend: SelectedBackend,
): Promise<Result> {
  const { suite, profileName, contrasts, grid, program, command } = experiment;
  return {
    schemaVersion,
    kind: "cells",
    suite: suite.name,
    profile: profileName,
    title: suite.title,
    config: configOf(experiment, sharedWeights(planned, arms), workers),
    arms: [...arms],
    contrasts: contrasts.map((contrast) => ({ ...contrast, weights: { ...contrast.weights } })),
    ...(grid !== undefined && { grid: structuredClone(grid) as Result["grid"] & object }),
    ...(program !== undefined && { source: program }),
    seeds: [...seeds],
    mainMetric: task.mainMetric,
    data: task.data,
    ...(task.constantPrediction && { constantPrediction: task.constantPrediction }),
    environment: await environment({
      ...backend,
      backend: tf.getBackend(),
      backendVersion: backend.version,
      tensorflowjs: tf.version_core,
    }),
    command,
    createdAt: new Date().toISOString(),
    cells: [],
    panels: task.panels,
    warnings: [...warnings],
  };
}

/** The SHA-256 of the file that the arms without their own begin from. */
function sharedWeights(planned: Plan["arms"], arms: readonly Arm[]): string | undefined {
  const shared = arms.filter(({ settings = {} }) => !("initialWeights" in settings));
  const names = shared.map(({ name }) => name);
  return planned.find(({ name }) => names.includes(name))?.task.initialWeights?.sha256;
}

/** The values that decide what is computed, but for those of a network that no arm has. */
function configOf<P extends CommonProfile>(
  { suite, profile, arms, model, modelName, deterministic = false }: Experiment<P>,
  weightsSha256: string | undefined,
  workers: number,
): Record<string, Json> {
  const {
    description: _,
    seeds: __,
    checkpointInterval: ___,
    checkpointsToKeep: ____,
    ...settings
  } = profile; // how often it is saved is free to change when it is resumed
  const own = arms.filter((arm) => (arm.model ?? model) !== undefined);
  const idle: readonly string[] = own.length === arms.length ? suite.networkSettings : [];
  const config = Object.entries(settings as Record<string, Json>)
    .filter(([key]) => !idle.includes(key))
    .filter(([key, value]) => !isDeepStrictEqual(value, laterSettings[key]))
    .filter(([key]) => workers > 1 || key !== "synchronizedBatchNorm"); // of one it changes nothing
  return {
    ...Object.fromEntries(config),
    ...(weightsSha256 !== undefined && { initialWeightsSha256: weightsSha256 }),
    model: modelName,
    ...(workers > 1 && { workers }),
    ...(deterministic && { deterministic }),
    // Runs of earlier releases have other weights with seed 0: they cannot be resumed.
    ...(own.length > 0 && { modelSeedOf0: seedOfZero }),
  };
}
