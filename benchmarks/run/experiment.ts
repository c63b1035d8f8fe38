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
import { type Planned, refusedLines } from "./plan/describe.ts";
import { bestOfMany } from "./plan/best_of_many.ts";
import { estimate } from "./plan/probe.ts";
import { type KeptSize, keptSize, keptText } from "./plan/kept_size.ts";
import type { CommonProfile } from "../experiments/profiles/common.ts";
import { laterSettings } from "../experiments/profiles/vision.ts";
import { asUsageError } from "../ground/usage_errors.ts";
import { type Arm, type Json, type Result, schemaVersion, type Source } from "../record/mod.ts";
import type { PairedCell } from "../record/check_paired.ts";
import { takeFolder } from "../record/run_folder.ts";
import { resumed } from "./resume.ts";
import { consoleOutput, type RunOutput } from "./output.ts";
import { type Finished, runPlan } from "./run_plan.ts";
import type { Settings } from "../experiments/settings.ts";
import { checkMasks } from "../tasks/mask_options.ts";
import type { LoadingOptions, MasksAsked, Suite, TaskSource } from "../tasks/suite.ts";
import type { ArmDefinition, ModelFactory } from "../experiments/arm.ts";
import { explainMemoryError } from "../ground/memory.ts";
import { warningLine } from "../judge/warnings/mod.ts";
import { checkWritable } from "../ground/files.ts";

/** All that a run is made of, every name resolved. */
export interface Experiment<P extends CommonProfile>
  extends
    Pick<SuiteAsked, "out" | "resume" | "force" | "dryRun">,
    Partial<Pick<SuiteAsked, "data" | "backend" | "seeds" | "keep" | "shard" | "tensorboard">>,
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

/** A result, or the plan where only that was asked for. */
export type Outcome = Finished | Planned;

/**
 * Opens the data, trains the cells that are not there yet, and writes results and reports.
 *
 * @param signal ends the run after the current step; finished work is recorded
 * @returns the result, or the plan where only that is asked for
 * @throws {UsageError} if an arm's settings are wrong, the folder is taken or cannot be written, or the
 * library refuses a value of the profile
 * @throws {DataError} if the data cannot be read
 */
export async function runExperiment<P extends CommonProfile & Settings<P>>(
  experiment: Experiment<P>,
  signal: AbortSignal,
): Promise<Outcome> {
  registerGradients(); // one's own model may be made of stock layers
  repairSeeds();
  checkMasks(experiment, experiment.suite.readsMasks);
  const backend = await selectBackend(experiment.backend, experiment.profile);
  const tasks = experiment.suite.open(experiment.data, experiment.loading, experiment);
  try {
    const prepared = await prepare(experiment, tasks).catch(throwRefused);
    if (!experiment.dryRun) return await runPrepared(experiment, prepared, backend, signal);
    const { plan, weights } = prepared;
    return { plan, weights, backend, estimate: await estimate(plan, signal).catch(throwRefused) };
  } catch (error) {
    throw explainMemoryError(error);
  } finally {
    await tasks.close();
  }
}

/** A plan whose arms were tried: each can begin. */
interface Prepared {
  plan: Plan;
  weights: KeptSize;
  /** The arms as they are recorded. */
  arms: Arm[];
  /** What their models begin from, with the first seed. */
  begun: readonly PairedCell[];
}

async function prepare<P extends CommonProfile & Settings<P>>(
  experiment: Experiment<P>,
  source: TaskSource<P>,
): Promise<Prepared> {
  const tasks = await armTasks(experiment, source);
  const whole = await planCells(experiment, tasks);
  const records = armRecords(tasks, experiment);
  const rehearsal = await rehearse(whole, records, experiment.suite.leavesOut);
  const { warnings, weightBytes, refused, begun } = rehearsal;
  const reasonOf = (arm: { name: string }) => refused.find(({ name }) => name === arm.name)?.reason;
  const left = tasks.filter((arm) => reasonOf(arm) === undefined);
  const plan = refused.length === 0 ? whole : await planCells(experiment, left, refused);
  const arms = records.map((arm) => {
    const reason = reasonOf(arm);
    return { ...arm, ...(reason !== undefined && { refused: reason }) };
  });
  const all = uniqueWarnings([...warnings, ...plan.warnings, ...bestOfMany(plan.arms)]);
  return { plan: { ...plan, warnings: all }, arms, weights: keptSize(plan, weightBytes), begun };
}

async function runPrepared<P extends CommonProfile>(
  experiment: Experiment<P>,
  { plan, weights, arms, begun }: Prepared,
  backend: SelectedBackend,
  signal: AbortSignal,
): Promise<Finished> {
  const { out, tensorboard, output = consoleOutput } = experiment;
  const empty = await emptyResult(experiment, plan, arms, backend);
  if (tensorboard !== undefined) await checkWritable(tensorboard, "--tensorboard");
  using folder = await takeFolder(out, experiment);
  const start = await resumed(folder, empty, begun);
  const before = [ // hours of training
    ...(folder.abandons ? [abandonedLine(out)] : []),
    ...refusedLines(plan),
    ...start.warnings.filter(({ code }) => code === "program-changed").map(warningLine),
    ...plan.warnings.map(warningLine),
    ...(weights.files > 0 ? [keptText(weights)] : []),
  ];
  before.forEach((line) => output.log(line));
  return await runPlan(plan, start, { folder, tensorboard, signal, output });
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
  { task, arms: planned, seeds, warnings }: Plan,
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
    config: configOf(experiment, sharedWeights(planned, arms)),
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
  { suite, profile, arms, model, modelName }: Experiment<P>,
  weightsSha256: string | undefined,
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
    .filter(([key, value]) => !isDeepStrictEqual(value, laterSettings[key]));
  return {
    ...Object.fromEntries(config),
    ...(weightsSha256 !== undefined && { initialWeightsSha256: weightsSha256 }),
    model: modelName,
    // Runs of earlier releases have other weights with seed 0: they cannot be resumed.
    ...(own.length > 0 && { modelSeedOf0: seedOfZero }),
  };
}
