import { selectBackend, type SelectedBackend } from "../../src/backends/select.ts";
import { registerGradients } from "../../src/gradients/register.ts";
import { repairSeeds } from "../../src/repair_seeds.ts";
import type { Plan } from "./plan.ts";
import { type Planned, refusedLines, trainsText } from "./plan/describe.ts";
import { estimate } from "./plan/probe.ts";
import { checkRoom, type DiskSize, diskSize, diskText } from "./plan/disk.ts";
import type { CommonProfile } from "../experiments/profiles/common.ts";
import { asUsageError } from "../ground/usage_errors.ts";
import type { Result } from "../record/mod.ts";
import { foreignFolder, takeFolder } from "../record/run_folder.ts";
import { selectDeterministic } from "./deterministic.ts";
import { cellsLeft, resumed } from "./resume.ts";
import { consoleOutput, silentOutput } from "./output.ts";
import { type Finished, runPlan } from "./run_plan.ts";
import { timeLimit } from "./time_limit.ts";
import type { Settings } from "../experiments/settings.ts";
import { checkMasks } from "../tasks/mask_options.ts";
import type { TaskSource } from "../tasks/suite.ts";
import { explainMemoryError } from "../ground/memory.ts";
import { warningLine } from "../judge/warnings/mod.ts";
import { freeBytes } from "../ground/disk.ts";
import { checkWritable } from "../ground/files.ts";
import { checkAgreement } from "../../src/training/workers/check_agreement.ts";
import { agreedOn } from "./workers/agreed.ts";
import { checkWorkersBackend, joinWorkers, type RunWorkers, workersOf } from "./workers/join.ts";
import type { RunGroup } from "./workers/run_group.ts";
import { loadingFor, threadsOf } from "./workers/threads.ts";
import type { Experiment } from "./experiment.ts";
import { emptyResult } from "./empty_result.ts";
import { prepare, type Prepared } from "./prepare.ts";

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
  const { intraOpThreads } = experiment.profile; // as asked, not a worker's share
  const backend = experiment.deterministic
    ? await selectDeterministic(experiment.backend, { ...threads, intraOpThreads })
    : await selectBackend(experiment.backend, threads);
  checkWorkersBackend(workers);
  const { maxHours, output = consoleOutput } = experiment;
  using limit = timeLimit(workers.rank === 0 ? maxHours : undefined, asked, output.log);
  const { signal } = limit;
  if (experiment.dryRun) return await planned(experiment, workers, backend, signal);
  const group = await joinWorkers(workers, asked); // its own time is limited, and all end together
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

function openTasks<P extends CommonProfile>(
  { suite, data, loading, ...experiment }: Experiment<P>,
  workers: RunWorkers,
): TaskSource<P> {
  return suite.open(data, { ...loading, ...loadingFor(workers, loading) }, experiment);
}

function throwRefused(error: unknown): never {
  throw asUsageError(error);
}
