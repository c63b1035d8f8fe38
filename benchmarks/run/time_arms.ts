import { isDeepStrictEqual } from "node:util";
import { type Batch, disposeBatch } from "../../src/training/dataloader.ts";
import { copiesOf, firstOf } from "./batches.ts";
import { overheadWarnings } from "../judge/warnings/mod.ts";
import type { OverheadRecord, Result } from "../record/mod.ts";
import { consoleOutput, type RunOutput } from "./output.ts";
import type { Plan, PlannedArm } from "./plan.ts";
import { startArm } from "./started_arm.ts";
import type { Task } from "../tasks/task.ts";
import { alone, type RunGroup } from "./workers/run_group.ts";

/** A warmed-up training step of one arm. */
interface TimedStep extends Disposable {
  /** Takes the step; tells how long it took, in ms. */
  run(): Promise<number>;
}

/** How arms are timed. */
export interface TimingOptions {
  rounds: number;
  /** Stops the timing after the current round. */
  signal: AbortSignal;
  /** Called after each round. */
  onRound(done: number, rounds: number): void | Promise<void>;
  /** The workers that take the steps together; this process alone without. */
  workers?: RunGroup;
}

/**
 * Times the arms' training steps beside each other, so that a machine whose speed drifts slows all
 * alike. A round runs every arm there and back, a b c c b a, and counts the mean of the two.
 *
 * @param arms the arms with their tasks, the baseline first
 * @returns for each arm but the first its times beside the first's
 */
export async function timeArms(
  arms: readonly PlannedArm[],
  { rounds, signal, onRound, workers = alone }: TimingOptions,
): Promise<OverheadRecord[]> {
  if (arms.length < 2 || rounds === 0) return [];
  const batches = new Map<Task, FirstBatch>();
  using timed = new DisposableStack();
  timed.defer(() => batches.forEach(({ part }) => disposeBatch(part)));
  const steps: TimedStep[] = [];
  for (const arm of arms) {
    const batch = batches.get(arm.task) ?? await firstBatch(arm.task);
    if (batch === undefined) return [];
    batches.set(arm.task, batch);
    steps.push(timed.use(await prepare(arm, batch, workers)));
  }
  const rows: number[][] = [];
  while (rows.length < rounds && !await workers.any(signal.aborted)) {
    rows.push(await runRound(steps));
    await onRound(rows.length, rounds);
    await new Promise((resolve) => setTimeout(resolve)); // lets signals in
  }
  return arms.slice(1).map((arm, i) => ({
    arm: arm.name,
    baseline: arms[0]!.name,
    pairs: rows.map((row) => ({ baselineMs: row[0]!, armMs: row[i + 1]! })),
  }));
}

/** A step's batch: where it comes in parts, the first of them, which stands for all. */
interface FirstBatch {
  part: Batch;
  count: number;
}

async function firstBatch(task: Task): Promise<FirstBatch | undefined> {
  const dataloader = task.trainDataloader(0);
  if (dataloader === undefined) return undefined;
  try {
    return { part: await firstOf(dataloader), count: dataloader.microbatchesPerBatch ?? 1 };
  } finally {
    await dataloader.close?.();
  }
}

async function runRound(steps: readonly TimedStep[]): Promise<number[]> {
  const there: number[] = [];
  for (const step of steps) there.push(await step.run());
  const back: number[] = [];
  for (const step of steps.toReversed()) back.push(await step.run());
  return there.map((duration, i) => (duration + back[steps.length - 1 - i]!) / 2);
}

async function prepare(
  arm: PlannedArm,
  { part, count }: FirstBatch,
  workers: RunGroup,
): Promise<TimedStep> {
  const started = startArm(arm, 0, workers);
  const steps = started.steps(count, arm.profile.microbatchSize);
  const parts = copiesOf(part);
  const run = async () => {
    const result = await steps.run(parts, 0, 0);
    return result!.stepDurationMs; // the parts never end
  };
  for (let i = 0; i < 2; i++) await run();
  const dispose = () => {
    steps.dispose();
    started[Symbol.dispose]();
  };
  return { run, [Symbol.dispose]: dispose };
}

/** What a timing stops at, and where it says how far it is. */
interface TimingRun extends Pick<TimingOptions, "signal" | "workers"> {
  output?: RunOutput;
}

/**
 * The result with the arms timed beside each other, unless they are already. Workers take the steps
 * together, as they do in cells, each on its part of the batch; the first one's clock counts.
 */
export async function withTiming(
  plan: Plan,
  result: Result,
  { signal, output = consoleOutput, workers = alone }: TimingRun,
): Promise<Result> {
  const rounds = roundsOf(result.overhead);
  if (rounds >= plan.timingRounds || await workers.any(signal.aborted)) return result;
  const display = output.progress(plan.task.batchSize);
  display.begin("timing the arms in turn");
  try {
    const onRound = async (round: number, rounds: number) => {
      display.count(round, rounds);
      await output.onProgress?.({ event: "timing", round, rounds });
    };
    const options = { rounds: plan.timingRounds, signal, onRound, workers };
    const overhead = await timeArms(plan.arms, options);
    return roundsOf(overhead) > rounds ? withOverhead(result, overhead) : result;
  } catch (error) {
    await workers.end(error);
    throw error;
  } finally {
    display.end();
  }
}

function withOverhead(result: Result, overhead: OverheadRecord[]): Result {
  const outdated = overheadWarnings(result.overhead ?? []);
  const kept = result.warnings.filter((warning) =>
    !outdated.some((other) => isDeepStrictEqual(warning, other))
  );
  return { ...result, overhead, warnings: [...kept, ...overheadWarnings(overhead)] };
}

/** An interrupted timing has fewer rounds than were asked for: it is done again. */
function roundsOf(overhead: Result["overhead"]): number {
  return overhead?.[0]?.pairs.length ?? 0;
}
