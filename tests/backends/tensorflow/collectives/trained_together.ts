/**
 * One worker of a group, or one process alone, for tests of what workers train together. Runs one
 * scenario after the other, leaves each one's weights in a file, and at its end prints what else it saw.
 *
 *     deno run -A trained_together.ts '{"folder": "/tmp/…", "rank": 0, "addresses": ["127.0.0.1:4000", …]}'
 */
import { joinCluster, registerTensorFlowBackend } from "../../../../src/backends/tensorflow/mod.ts";
import { losses, metrics, models, optimizers, tf, Trainer } from "../../../../mod.ts";
import { WeightStandardization } from "../../../../mod.ts";
import { capture } from "../../../../src/training/capture.ts";
import { newScope, withSums } from "../../../../src/training/workers/sum_numbers.ts";
import type { WorkerGroup } from "../../../../src/training/workers/worker_group.ts";
import type { TrainerOptions } from "../../../../src/training/trainer_options.ts";
import { sines } from "../../../sines.ts";

/** What a process is asked to do. */
export interface Asked {
  folder: string;
  rank: number;
  /** None for a process alone. */
  addresses: string[];
}

/** What it saw. */
export interface Seen {
  losses: Record<string, number[]>;
  oneDnn: boolean;
  /** Timers that fired during steps. */
  ticks: number;
  evaluations: number;
  evaluated: unknown;
  checkpoint: string;
  error: string;
  refused: string;
  failed: string;
  /** Values that a sum of 20 MB, which goes in pieces, has wrong. */
  wrong: number;
}

/** Images of a global batch. */
const GLOBAL = 32;

/** In place of an optimizer: the weights become their gradients. */
class Keeper extends tf.Optimizer {
  static className = "Keeper";
  override applyGradients(gradients: { name: string; tensor: tf.Tensor }[]): void {
    const variables = tf.engine().registeredVariables;
    for (const { name, tensor } of gradients) if (tensor) variables[name]!.assign(tensor);
  }
  getConfig() {
    return {};
  }
}

const { folder, rank, addresses }: Asked = JSON.parse(Deno.args[0]!);
tf.enableProdMode();
const backend = registerTensorFlowBackend({ device: "cpu", intraOpThreads: 1 });
await tf.setBackend("tensorflow");
const tasks = addresses.map((address, index) => ({ job: "worker", index, address }));
const isAlone = tasks.length === 0;
const group = isAlone ? undefined : await joinCluster({ tasks, rank, source: "local" });

function model(normalization: "group" | "batch", seed = 1): tf.LayersModel {
  const depth = { block: "basic", counts: [1, 1, 1, 1] } as const;
  const inputShape: [number, number, number] = [16, 16, 3];
  return models.resnet({
    depth,
    width: 8,
    classes: 5,
    stem: "cifar",
    inputShape,
    normalization,
    seed,
  });
}

/** This process's images of a global batch: all where it is alone, else from `starts[rank]` on. */
function dataloader(starts: number[], order?: number[]) {
  return {
    batchesPerEpoch: 10,
    *batches(epoch: number) {
      for (let i = 0; i < 10; i++) {
        const [first, end] = isAlone ? [0, starts.at(-1)!] : [starts[rank]!, starts[rank + 1]!];
        yield tf.tidy(() => {
          const x = sines([GLOBAL, 16, 16, 3], 10 * epoch + i) as tf.Tensor4D;
          const y = tf.tensor1d(Array.from({ length: GLOBAL }, (_, k) => (k * k + i) % 5), "int32");
          const own = Array.from(
            { length: end - first },
            (_, k) => order?.[first + k] ?? first + k,
          );
          const indices = tf.tensor1d(own, "int32");
          return { x: tf.gather(x, indices), y: tf.gather(y, indices) };
        });
      }
    },
  };
}

const halves = [0, 16, 32];
const seen: Seen = {
  losses: {},
  oneDnn: backend.oneDnn ?? false,
  ticks: 0,
  evaluations: 0,
  evaluated: {},
  checkpoint: "",
  error: "",
  refused: "",
  failed: "",
  wrong: NaN,
};

/** Trains, and leaves the weights in a file. */
async function train(
  name: string,
  options: Pick<TrainerOptions, "model" | "optimizer"> & Partial<TrainerOptions>,
): Promise<Trainer> {
  const trainer = new Trainer({
    loss: losses.crossEntropy,
    trainDataloader: dataloader(halves),
    algorithms: [new WeightStandardization()],
    maxDuration: "1ba",
    logger: { logHyperparameters() {}, logMetrics() {}, logWarning() {} },
    ...(group && { group }),
    ...options,
  });
  seen.losses[name] = (await trainer.fit()).losses;
  const weights = options.model.trainableWeights.map((weight) => weight.read().dataSync());
  const all = Float32Array.from(weights.flatMap((values) => Array.from(values)));
  await Deno.writeFile(`${folder}/${name}-${isAlone ? "alone" : rank}`, new Uint8Array(all.buffer));
  return trainer;
}

const timer = setInterval(() => seen.ticks++, 5);
const together = { synchronizedBatchNorm: true };
const sgd = () => optimizers.sgd({ learningRate: 5e-4, momentum: 0.9 });
for (const normalization of ["group", "batch"] as const) {
  const of = { model: model(normalization), optimizer: new Keeper(), ...together };
  await train(`gradient-${normalization}`, of);
  const ten = { optimizer: sgd(), maxDuration: "10ba", ...together } as const;
  await train(`weights-${normalization}`, { model: model(normalization), ...ten });
  if (!isAlone) continue;
  for (const [i, step] of [3, 5].entries()) { // odd: each visits every image
    const order = Array.from({ length: GLOBAL }, (_, k) => k * step % GLOBAL);
    const trainDataloader = dataloader(halves, order);
    await train(`reordered-${normalization}-${i}`, {
      model: model(normalization),
      ...ten,
      trainDataloader,
    });
  }
}
const keeps = () => ({ model: model("group"), optimizer: new Keeper() });
await train("uneven", { ...keeps(), trainDataloader: dataloader([0, 16, 26]) });
await train("microbatches", { ...keeps(), microbatchSize: 8 });
await train("clipped", { ...keeps(), maxGradientNorm: 0.01 });

// Only worker 0 has the weights that the process alone has.
const other = model("group", isAlone || rank === 0 ? 1 : 2);
await train("chief", { model: other, optimizer: optimizers.sgd({ learningRate: 0.02 }) });

const evaluated = await train("evaluated", {
  model: model("batch"),
  optimizer: sgd(),
  ...together,
  metrics: [new metrics.Accuracy()],
  evalDataloader: {
    batchesPerEpoch: 10,
    *batches() {
      seen.evaluations++;
      yield { x: sines([8, 16, 16, 3], 3), y: tf.tensor1d([0, 1, 2, 3, 4, 0, 1, 2], "int32") };
    },
  },
});
seen.evaluated = evaluated.history.evaluations;
const kept = await evaluated.checkpoint();
const digest = await crypto.subtle.digest("SHA-256", kept.weights as BufferSource);
seen.checkpoint = new Uint8Array(digest).toHex();

/** Of whole numbers, so that the sum is exact; a prime number of them, so that pieces are unequal. */
async function wrongOfLargeSum(group: WorkerGroup): Promise<number> {
  const scope = newScope(group), length = 5_000_011;
  const numbers = tf.tensor1d(Float32Array.from({ length }, (_, i) => i % 1009));
  const step = capture((own: tf.Tensor) =>
    withSums(scope, () => {
      const sum = group.sum([tf.mul(own, rank + 1)])[0]!;
      return tf.sum(tf.cast(tf.notEqual(sum, tf.mul(own, 3)), "int32"));
    })
  );
  const counts = [await step.callAsync(numbers), await step.callAsync(numbers)];
  return counts.reduce((all, count) => all + count.dataSync()[0]!, 0);
}

if (group !== undefined) {
  seen.wrong = await wrongOfLargeSum(group);
  const controller = new AbortController();
  await train("stopped", {
    model: model("group"),
    optimizer: sgd(),
    maxDuration: "10ba",
    signal: controller.signal,
    callbacks: [(event, { step }) => {
      if (event === "stepEnd" && step === 3 && rank === 1) controller.abort();
    }],
  });
  const alone = new Trainer({
    model: model("batch"),
    optimizer: sgd(),
    loss: losses.crossEntropy,
    metrics: [new metrics.Accuracy()],
    algorithms: [new WeightStandardization()],
    trainDataloader: dataloader(halves),
    maxDuration: "1ba",
    ...together,
  });
  seen.refused = await alone.restore(kept).then(() => "", ({ message }) => message);
  seen.error = await train("refused", { ...keeps(), seed: rank })
    .then(() => "", ({ name, message }) => `${name}: ${message}`);
  const whole = dataloader(halves);
  const failing = {
    ...whole,
    *batches(epoch: number) {
      for (const [i, batch] of [...whole.batches(epoch)].entries()) {
        if (i === 2 && rank === 1) throw new Error("no more pictures");
        yield batch;
      }
    },
  };
  seen.failed = await train("failed", { ...keeps(), trainDataloader: failing, maxDuration: "10ba" })
    .then(() => "", ({ name, message }) => `${name}: ${message}`);
}
clearInterval(timer);
console.log(JSON.stringify(seen));
Deno.exit(0);
