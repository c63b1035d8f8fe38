import { type Batch, disposeBatch } from "../../src/training/dataloader.ts";
import { OptimizerSteps } from "../../src/training/optimizer_steps.ts";
import { Trainer } from "../../src/training/trainer.ts";
import { copiesOf, firstOf } from "./batches.ts";
import type { OverheadRecord } from "../record/mod.ts";
import type { PlannedArm } from "./plan.ts";
import type { Task } from "../tasks/task.ts";

/** A warmed-up training step of one arm. */
interface Timed {
  step: () => Promise<number>;
  dispose: () => void;
}

/** How arms are timed. */
export interface TimingOptions {
  /** How many rounds. */
  rounds: number;
  /** Stops the timing after the round under way. */
  signal: AbortSignal;
  /** Is told after each round. */
  onRound(done: number, rounds: number): void;
}

/**
 * Times the arms' training steps beside each other, so that a machine whose speed drifts slows all
 * alike. A round runs every arm there and back, a b c c b a, and counts the mean of the two.
 *
 * @param arms the arms with their tasks, the baseline first
 * @param options how often, and what ends it
 * @returns for each arm but the first its times beside the first's
 */
export async function timeArms(
  arms: readonly PlannedArm[],
  { rounds, signal, onRound }: TimingOptions,
): Promise<OverheadRecord[]> {
  if (arms.length < 2 || rounds === 0) return [];
  const batches = new Map<Task, FirstBatch>();
  const timed: Timed[] = [];
  try {
    for (const arm of arms) {
      const batch = batches.get(arm.task) ?? await firstBatch(arm.task);
      if (batch === undefined) return [];
      batches.set(arm.task, batch);
      timed.push(await prepare(arm, batch));
    }
    const rows: number[][] = [];
    while (rows.length < rounds && !signal.aborted) {
      rows.push(await runRound(timed));
      onRound(rows.length, rounds);
      await new Promise((resolve) => setTimeout(resolve)); // lets signals in
    }
    return arms.slice(1).map((arm, i) => ({
      arm: arm.name,
      baseline: arms[0]!.name,
      pairs: rows.map((row) => ({ baselineMs: row[0]!, armMs: row[i + 1]! })),
    }));
  } finally {
    timed.forEach(({ dispose }) => dispose());
    batches.forEach(({ part }) => disposeBatch(part));
  }
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

async function runRound(timed: readonly Timed[]): Promise<number[]> {
  const there: number[] = [];
  for (const { step } of timed) there.push(await step());
  const back: number[] = [];
  for (const { step } of timed.toReversed()) back.push(await step());
  return there.map((duration, i) => (duration + back[timed.length - 1 - i]!) / 2);
}

async function prepare(
  arm: PlannedArm,
  { part, count }: FirstBatch,
): Promise<Timed> {
  const { task, course: { microbatchSize } } = arm;
  const model = task.makeModel(0, arm);
  const optimizer = task.makeOptimizer();
  const { loss } = task;
  new Trainer({ model, optimizer, loss, algorithms: [...arm.algorithms] }); // its "init"
  const steps = new OptimizerSteps({
    model,
    optimizer,
    loss,
    seed: 0,
    partsPerStep: count,
    microbatchSize: microbatchSize > 0 ? microbatchSize : Infinity,
  });
  const parts = copiesOf(part);
  const step = async () => {
    const result = await steps.run(parts, 0, 0);
    return result!.stepDurationMs; // the parts never end
  };
  for (let i = 0; i < 2; i++) await step();
  const dispose = () => {
    steps.dispose();
    optimizer.dispose();
    model.dispose();
  };
  return { step, dispose };
}
