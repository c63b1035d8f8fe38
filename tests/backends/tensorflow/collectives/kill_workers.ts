/**
 * Kills a worker of a training at a random moment, restarts all from the last checkpoint, and compares
 * the weights at the end with those of a training that nothing has disturbed.
 */
import { type WatchedWorker, withWorkers } from "./watched_group.ts";

/** A training that was disturbed. */
export interface Killed {
  /** The worker that was killed. */
  victim: number;
  signal: Deno.Signal;
  /** The step that all had done, and how long after that. */
  step: number;
  afterMs: number;
  /** How long each of the others took to end, and its last line. */
  survivors: { rank: number; code: number; durationMs: number; lastLine: string }[];
  /** The step at which the training went on. */
  restored: number;
  /** Whether it ended with the weights of the undisturbed one, on each worker. */
  sameWeights: boolean;
}

/** How trainings are killed. */
export interface KillOptions {
  workers: number;
  times: number;
  /** Gives numbers from 0 to 1. */
  random: () => number;
  signal?: Deno.Signal;
  join?: WatchedWorker["join"];
  steps?: number;
  onKilled?: (killed: Killed) => void;
}

/** Trains, and kills, as often as is asked for. */
export async function killWorkers(options: KillOptions): Promise<Killed[]> {
  const { workers: count, times, random, signal = "SIGKILL", join, steps = 120 } = options;
  const asked: Partial<WatchedWorker> = {
    steps,
    checkpointEvery: 10,
    evaluateEvery: 25,
    stepMs: 15,
  };
  const undisturbed = await trainWhole(count, asked);
  const all: Killed[] = [];
  for (let i = 0; i < times; i++) {
    const victim = Math.floor(random() * count);
    const moment = { step: 20 * Math.floor(random() * steps / 20) || 1, afterMs: 250 * random() };
    const folder = await Deno.makeTempDir();
    try {
      const survivors = await killOne({ count, victim, signal, ...moment }, {
        ...asked,
        folder,
        ...(join && { join }),
      });
      const { weights, restored } = await trainWhole(count, { ...asked, folder });
      const sameWeights = weights.every((each) => each === undisturbed.weights[0]);
      const killed = { victim, signal, ...moment, survivors, restored, sameWeights };
      all.push(killed);
      options.onKilled?.(killed);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  }
  return all;
}

/** Trains to the end. */
async function trainWhole(
  count: number,
  asked: Partial<WatchedWorker>,
): Promise<{ weights: string[]; restored: number }> {
  let weights: string[] = [], restored = 0;
  await withWorkers(count, () => asked, async (workers) => {
    weights = await Promise.all(workers.map((worker) => worker.until(/^weights /)));
    await Promise.all(workers.map((worker) => worker.until(/^done/)));
    const line = workers[0]?.lines.find((line) => line.startsWith("restored "));
    restored = Number(line?.split(" ")[1] ?? 0);
  });
  return { weights, restored };
}

async function killOne(
  { count, victim, signal, step, afterMs }:
    & Pick<Killed, "victim" | "signal" | "step" | "afterMs">
    & {
      count: number;
    },
  asked: Partial<WatchedWorker>,
): Promise<Killed["survivors"]> {
  const survivors: Killed["survivors"] = [];
  await withWorkers(count, () => asked, async (workers) => {
    await Promise.all(workers.map((worker) => worker.until(new RegExp(`^step ${step}$`))));
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    const since = performance.now();
    workers[victim]?.child.kill(signal);
    for (const [rank, worker] of workers.entries()) {
      if (rank === victim) continue;
      const { code, lastLine } = await worker.end();
      survivors.push({ rank, code, durationMs: (worker.endedAt ?? NaN) - since, lastLine });
    }
  });
  return survivors;
}
