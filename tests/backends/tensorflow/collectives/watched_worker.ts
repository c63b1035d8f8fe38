/**
 * One worker of a group, for tests of what happens when another is lost: joins, trains until it fails,
 * and tells on stdout what it does, in lines: "joined", "step 7", "evaluating", "checkpoint", and at its
 * end an error's name and message.
 *
 *     deno run -A watched_worker.ts '{"rank": 0, "addresses": ["127.0.0.1:4000", …], …}'
 */
import { joinCluster, registerTensorFlowBackend } from "../../../../src/backends/tensorflow/mod.ts";
import * as tf from "../../../../src/tf.ts";
import { crossEntropy } from "../../../../src/training/losses.ts";
import { Accuracy } from "../../../../src/training/metrics.ts";
import { sgd } from "../../../../src/training/optimizers.ts";
import type { Checkpointable } from "../../../../src/training/callback.ts";
import { Trainer } from "../../../../src/training/trainer.ts";
import type { WorkerGroup } from "../../../../src/training/workers/worker_group.ts";
import { checkAgreement } from "../../../../src/training/workers/check_agreement.ts";
import type { WatchedWorker } from "./watched_group.ts";

const asked: WatchedWorker = JSON.parse(Deno.args[0] ?? "{}");
const say = (line: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
const wait = (durationMs: number) => new Promise((resolve) => setTimeout(resolve, durationMs));

/** Computes in JavaScript for a while: nothing of the event loop lives. */
function block(durationMs: number): void {
  const end = performance.now() + durationMs;
  while (performance.now() < end);
}

/** Where the last checkpoint is kept, for all workers. */
const kept = asked.folder === undefined ? undefined : `${asked.folder}/checkpoint.json`;

async function keep(trainer: Checkpointable): Promise<void> {
  const { state, weights } = await trainer.checkpoint();
  if (kept === undefined || asked.rank > 0) return;
  await Deno.writeTextFile(`${kept}.new`, JSON.stringify({ state, weights: weights.toBase64() }));
  await Deno.rename(`${kept}.new`, kept);
}

async function restore(trainer: Trainer): Promise<void> {
  if (kept === undefined || !await exists(kept)) return;
  const { state, weights } = JSON.parse(await Deno.readTextFile(kept));
  await trainer.restore({ state, weights: Uint8Array.fromBase64(weights) });
  say(`restored ${trainer.state.step}`);
}

const exists = (path: string) => Deno.stat(path).then(() => true, () => false);

/** This worker's half, or third, of a global batch that depends on epoch and number alone. */
function makeBatch(epoch: number, number: number): { x: tf.Tensor; y: tf.Tensor } {
  const first = 2 * ((epoch * BATCHES + number) * asked.addresses.length + asked.rank);
  const value = (at: number) => Math.sin(1 + 4 * first + at);
  const x = tf.tensor2d(Float32Array.from({ length: 8 }, (_, at) => value(at)), [2, 4]);
  return { x, y: tf.tensor1d([first % 3, (first + 1) % 3], "int32") };
}

const BATCHES = 40;

function makeTrainer(group: WorkerGroup): Trainer {
  const kernelInitializer = tf.initializers.glorotUniform({ seed: 1 });
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ units: 8, inputShape: [4], activation: "relu", kernelInitializer }),
      tf.layers.dense({ units: 3, kernelInitializer }),
    ],
  });
  return new Trainer({
    model,
    optimizer: sgd({ learningRate: 0.05, momentum: 0.9 }),
    loss: crossEntropy,
    metrics: [new Accuracy()],
    group,
    maxDuration: `${asked.steps ?? 100_000}ba`,
    evalInterval: `${asked.evaluateEvery ?? 100_000}ba`,
    ...(asked.checkpointEvery !== undefined &&
      { checkpointInterval: `${asked.checkpointEvery}ba` }),
    trainDataloader: {
      batchesPerEpoch: BATCHES,
      *batches(epoch) {
        for (let number = 0; number < BATCHES; number++) yield makeBatch(epoch, number);
      },
    },
    evalDataloader: {
      batchesPerEpoch: 1000,
      async *batches() {
        say("evaluating");
        for (let i = 0; i < (asked.steps === undefined ? 1000 : 2); i++) {
          await wait(20);
          yield makeBatch(0, i % BATCHES);
        }
      },
    },
    callbacks: [async (event, state, trainer) => {
      if (event === "stepEnd") {
        if (state.step < 3 || state.step % 20 === 0) say(`step ${state.step}`);
        if (asked.stepMs !== undefined) await wait(asked.stepMs);
        if (state.step === asked.blockAtStep) {
          say("blocking");
          block(asked.blockMs ?? 0);
        }
      }
      if (event === "checkpoint") {
        say("checkpoint");
        await keep(trainer);
        if (group.rank === 0 && kept === undefined) await wait(300);
      }
    }],
  });
}

async function train(group: WorkerGroup): Promise<void> {
  const trainer = makeTrainer(group);
  await restore(trainer);
  await trainer.fit();
  const { weights } = await trainer.checkpoint();
  say(`weights ${new Uint8Array(await crypto.subtle.digest("SHA-256", weights)).toHex()}`);
}

try {
  const { eager } = registerTensorFlowBackend();
  if (asked.libraryVersion !== undefined) Object.assign(eager, { version: asked.libraryVersion });
  await tf.setBackend("tensorflow");
  const tasks = asked.addresses.map((address, index) => ({ job: "worker", index, address }));
  const controller = new AbortController();
  if (asked.stopsOnSignal) {
    Deno.addSignalListener("SIGINT", () => controller.abort(new Error("interrupted")));
  }
  const options = { ...asked.join, signal: controller.signal };
  say("joining");
  const group = await joinCluster({ tasks, rank: asked.rank, source: "local" }, options);
  say("joined");
  if (asked.agree !== undefined) await checkAgreement(group, asked.agree);
  if (asked.steps !== 0) await train(group);
  await group.leave();
  say("done");
} catch (error) {
  say(
    error instanceof Error ? `${error.name}: ${error.message.replaceAll("\n", " ")}` : `${error}`,
  );
  Deno.exit(3);
}
Deno.exit(0);
