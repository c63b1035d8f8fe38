import { backendNames, selectBackend, type SelectedBackend } from "../../src/backends/select.ts";
import { registerGradients } from "../../src/gradients/register.ts";
import { repairSeeds } from "../../src/repair_seeds.ts";
import { environment } from "../record/environment.ts";
import { unknownName, UsageError } from "../ground/errors.ts";
import { seedOfZero } from "../experiments/model_seed.ts";
import { rehearse } from "./pairing/rehearse.ts";
import { type Plan, planCells } from "./plan.ts";
import { type Estimate, estimate } from "./plan/probe.ts";
import type { CommonProfile } from "../experiments/profiles/common.ts";
import { refused } from "../ground/refused.ts";
import { type Json, mergeCells, type Result, schemaVersion } from "../record/mod.ts";
import { type Finished, runPlan } from "./run.ts";
import { claimFolder } from "../record/run_folder.ts";
import { differenceOf, joinCommands } from "../record/same_run.ts";
import type { Setting } from "../experiments/settings.ts";
import type { LoadingOptions, Suite } from "../tasks/suite.ts";
import type { ArmDefinition, ModelFactory } from "../experiments/arm.ts";
import type { Task } from "../tasks/task.ts";
import { toldOfMemory } from "../ground/memory.ts";
import { warningLine } from "../judge/warnings/mod.ts";
import { checkWritable } from "../ground/writable.ts";

/** All that a run is made of, every name resolved. */
export interface Comparison<P extends CommonProfile> {
  /** The suite whose task is trained. */
  suite: Pick<Suite<P>, "name" | "title" | "networkSettings" | "open">;
  /** The profile's name, for the report. */
  profileName: string;
  /** How the cells are trained. */
  profile: P;
  /** The arms, the baseline first. */
  arms: readonly ArmDefinition[];
  /** Data and model that stand in for the suite's own. */
  source: { data?: string; model?: ModelFactory };
  /** How images are loaded. */
  loading?: LoadingOptions;
  /** The folder that event files for TensorBoard go to. */
  tensorboard?: string;
  /** What the model is called in the report. */
  modelName: string;
  /** The backend; the best that is there, by default. */
  backend?: string;
  /** Seeds, instead of the profile's. */
  seeds?: number[];
  /** Which cells to run. */
  shard?: { index: number; count: number };
  /** The folder for results and reports. */
  out: string;
  /** Whether an earlier run in that folder is gone on with. */
  resume: boolean;
  /** Whether an earlier run in that folder is replaced. */
  force: boolean;
  /** Whether only the plan is wanted. */
  dryRun: boolean;
  /** The command that repeats the run. */
  command: string;
}

/** A plan and what it will take. */
export interface Planned {
  plan: Plan;
  estimate: Estimate;
  /** What will compute. */
  backend: SelectedBackend;
}

/** A result, or the plan where only that was asked for. */
export type Outcome = Finished | Planned;

/**
 * Opens the data, trains the cells that are not there yet, and writes results and reports.
 *
 * @param comparison what to run
 * @param signal ends the run after the step under way; what was done is recorded
 * @returns the result, or the plan where only that is asked for
 * @throws {UsageError} if the folder is taken or cannot be written, or the library refuses a value of
 * the profile
 * @throws {DataError} if the data cannot be read
 */
export async function runComparison<P extends CommonProfile & { [K in keyof P]: Setting }>(
  comparison: Comparison<P>,
  signal: AbortSignal,
): Promise<Outcome> {
  const { suite, profile, source, loading } = comparison;
  registerGradients(); // one's own model may be made of stock layers
  repairSeeds();
  if (comparison.backend !== undefined && !backendNames.includes(comparison.backend)) {
    throw unknownName("backend", comparison.backend, backendNames);
  }
  const backend = await selectBackend(comparison.backend);
  const task = await suite.open(profile, source, loading).catch(tellRefused);
  try {
    return await runTask(comparison, task, backend, signal);
  } catch (error) {
    throw toldOfMemory(error);
  } finally {
    await task.close?.();
  }
}

async function runTask<P extends CommonProfile & { [K in keyof P]: Setting }>(
  comparison: Comparison<P>,
  task: Task,
  backend: SelectedBackend,
  signal: AbortSignal,
): Promise<Outcome> {
  const { suite, profile, arms, out, tensorboard, dryRun } = comparison;
  const plan = await planCells(suite.name, comparison, profile, arms, task).catch(tellRefused);
  await rehearse(plan).catch(tellRefused);
  if (dryRun) {
    return { plan, backend, estimate: await estimate(plan, signal).catch(tellRefused) };
  }
  const empty = await emptyResult(comparison, plan, backend);
  if (tensorboard !== undefined) await checkWritable(tensorboard, "--tensorboard");
  using folder = await claimFolder(out, comparison);
  task.warnings.forEach((warning) => console.error(warningLine(warning))); // before hours of training
  const start = folder.earlier === undefined ? empty : goneOnWith(folder.earlier, empty);
  return await runPlan(plan, start, { folder, tensorboard, signal });
}

function tellRefused(error: unknown): never {
  throw refused(error);
}

/** The earlier run, with the seeds and the command of this one too. */
function goneOnWith(earlier: Result, now: Result): Result {
  const difference = differenceOf(earlier, now);
  if (difference !== undefined) {
    throw new UsageError(
      `Cannot go on with the run that is there as it differs in ${difference}: ` +
        "ask for the same, or write elsewhere with --out DIR",
    );
  }
  const seeds = [...earlier.seeds, ...now.seeds];
  return mergeCells({ ...earlier, seeds, command: joinCommands(earlier.command, now.command) }, []);
}

async function emptyResult<P extends CommonProfile & { [K in keyof P]: Setting }>(
  { suite, profileName, profile, source, modelName, command }: Comparison<P>,
  { task, arms, seeds }: Plan,
  backend: SelectedBackend,
): Promise<Result> {
  const {
    description: _,
    seeds: __,
    checkpointInterval: ___,
    checkpointsToKeep: ____,
    ...settings
  } = profile; // how often it is saved is free to change when it is gone on with
  const config = Object.entries(settings as Record<string, Json>).filter(([key]) =>
    source.model === undefined || !(suite.networkSettings as readonly string[]).includes(key)
  );
  return {
    schemaVersion,
    suite: suite.name,
    profile: profileName,
    title: suite.title,
    config: {
      ...Object.fromEntries(config),
      model: modelName,
      // A run from before that was so has other weights with seed 0: it is not gone on with.
      ...(source.model !== undefined && { modelSeedOf0: seedOfZero }),
    },
    arms: arms.map(({ name, label, description, algorithms }) => ({
      name,
      label,
      description,
      algorithms: algorithms.map(String),
    })),
    seeds: [...seeds],
    mainMetric: task.mainMetric,
    data: task.data,
    ...(task.constantPrediction && { constantPrediction: task.constantPrediction }),
    environment: await environment(backend.version, backend),
    command,
    createdAt: new Date().toISOString(),
    cells: [],
    panels: task.panels,
    warnings: task.warnings,
  };
}
