import * as tf from "../src/tf.ts";
import type { Batch } from "../src/training/dataloader.ts";
import { Trainer } from "../src/training/trainer.ts";
import { type TrainStep, trainStep } from "../src/training/train_step.ts";
import type { OverheadRecord } from "./result.ts";
import type { ArmDefinition, Task } from "./task.ts";

/** A warmed-up training step of one arm. */
interface Timed {
  arm: ArmDefinition;
  step: () => Promise<number>;
  dispose: () => void;
}

/**
 * Times the arms' training steps beside each other, so that a machine whose speed drifts slows all
 * alike. A round runs every arm there and back, a b c c b a, and counts the mean of the two.
 *
 * @param task what is trained on what
 * @param arms the arms, the baseline first
 * @param rounds how many rounds
 * @param signal stops the timing after the round under way
 * @returns for each arm but the first its times beside the first's
 */
export async function timeArms(
  task: Task,
  arms: readonly ArmDefinition[],
  rounds: number,
  signal: AbortSignal,
): Promise<OverheadRecord[]> {
  const dataloader = task.trainDataloader(0);
  if (dataloader === undefined || arms.length < 2 || rounds === 0) return [];
  const batch = await firstBatch(dataloader.batches(0));
  const timed: Timed[] = [];
  try {
    for (const arm of arms) timed.push(await prepare(task, arm, batch));
    const rows: number[][] = [];
    for (let round = 0; round < rounds && !signal.aborted; round++) {
      rows.push(await runRound(timed));
    }
    return arms.slice(1).map((arm, i) => ({
      arm: arm.name,
      baseline: arms[0]!.name,
      pairs: rows.map((row) => ({ baselineMs: row[0]!, armMs: row[i + 1]! })),
    }));
  } finally {
    timed.forEach(({ dispose }) => dispose());
    tf.dispose([batch.x, batch.y]);
  }
}

async function firstBatch(batches: AsyncIterable<Batch> | Iterable<Batch>): Promise<Batch> {
  for await (const batch of batches) return batch;
  throw new RangeError("Cannot time a step as the training set must have a batch: it has none");
}

async function runRound(timed: readonly Timed[]): Promise<number[]> {
  const there: number[] = [];
  for (const { step } of timed) there.push(await step());
  const back: number[] = [];
  for (const { step } of timed.toReversed()) back.push(await step());
  return there.map((duration, i) => (duration + back[timed.length - 1 - i]!) / 2);
}

async function prepare(task: Task, arm: ArmDefinition, { x, y }: Batch): Promise<Timed> {
  const model = task.makeModel(0);
  const optimizer = task.makeOptimizer();
  new Trainer({ model, optimizer, loss: task.loss, algorithms: [...arm.algorithms] }); // its "init"
  const captured: TrainStep = trainStep(model, optimizer, task.loss);
  const learningRate = tf.scalar(0);
  const seed = tf.tensor1d([0], "int32");
  const step = async () => {
    const start = performance.now();
    const loss = captured(x, y, learningRate, seed);
    await loss.data();
    const duration = performance.now() - start;
    loss.dispose();
    return duration;
  };
  for (let i = 0; i < 2; i++) await step();
  const dispose = () => {
    captured.dispose();
    optimizer.dispose();
    model.dispose();
    tf.dispose([learningRate, seed]);
  };
  return { arm, step, dispose };
}
