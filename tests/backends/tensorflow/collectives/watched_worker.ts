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
import { Trainer } from "../../../../src/training/trainer.ts";
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

function makeTrainer(group: Awaited<ReturnType<typeof joinCluster>>): Trainer {
  const kernelInitializer = tf.initializers.glorotUniform({ seed: 1 });
  const units = asked.units ?? 3;
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ units, inputShape: [4], activation: "relu", kernelInitializer }),
      tf.layers.dense({ units: 3, kernelInitializer }),
    ],
  });
  const batch = () => ({ x: tf.ones([2, 4]), y: tf.tensor1d([0, 1], "int32") });
  return new Trainer({
    model,
    optimizer: sgd({ learningRate: 1e-3 }),
    loss: crossEntropy,
    metrics: [new Accuracy()],
    group,
    maxDuration: `${asked.steps ?? 100_000}ba`,
    evalInterval: `${asked.evaluateEvery ?? 100_000}ba`,
    ...(asked.checkpointEvery !== undefined &&
      { checkpointInterval: `${asked.checkpointEvery}ba` }),
    trainDataloader: {
      batchesPerEpoch: 100_000,
      *batches() {
        for (let i = 0; i < 100_000; i++) yield batch();
      },
    },
    evalDataloader: {
      batchesPerEpoch: 1000,
      async *batches() {
        say("evaluating");
        for (let i = 0; i < (asked.steps === undefined ? 1000 : 2); i++) {
          await wait(20);
          yield batch();
        }
      },
    },
    callbacks: [async (event, state, trainer) => {
      if (event === "stepEnd" && (state.step < 3 || state.step % 20 === 0)) {
        say(`step ${state.step}`);
      }
      if (event === "stepEnd" && state.step === asked.blockAtStep) {
        say("blocking");
        block(asked.blockMs ?? 0);
      }
      if (event === "checkpoint") {
        say("checkpoint");
        await trainer.checkpoint();
        if (group.rank === 0) await wait(300);
      }
    }],
  });
}

try {
  registerTensorFlowBackend();
  await tf.setBackend("tensorflow");
  const tasks = asked.addresses.map((address, index) => ({ job: "worker", index, address }));
  say("joining");
  const group = await joinCluster({ tasks, rank: asked.rank, source: "local" }, asked.join);
  say("joined");
  if (asked.agree !== undefined) await checkAgreement(group, asked.agree);
  if (asked.steps !== 0) await makeTrainer(group).fit();
  await group.leave();
  say("done");
} catch (error) {
  say(
    error instanceof Error ? `${error.name}: ${error.message.replaceAll("\n", " ")}` : `${error}`,
  );
  Deno.exit(3);
}
Deno.exit(0);
