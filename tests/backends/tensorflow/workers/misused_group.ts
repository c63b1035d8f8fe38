/** What a worker is told where its program does with a group what cannot be. */
import * as tf from "../../../../src/tf.ts";
import { joinCluster } from "../../../../src/backends/tensorflow/mod.ts";
import { batchNormalization } from "../../../../src/normalization/batch.ts";
import { crossEntropy } from "../../../../src/training/losses.ts";
import { sgd } from "../../../../src/training/optimizers.ts";
import { Trainer } from "../../../../src/training/trainer.ts";
import type { TrainerOptions } from "../../../../src/training/trainer_options.ts";

type Group = Awaited<ReturnType<typeof joinCluster>>;

/** Runs all of it, the last of which ends the group. */
export async function misuse(group: Group): Promise<Record<string, string>> {
  const { rank } = group;
  const only = <T>(on: number, value: T) => rank === on ? value : undefined;
  const fit = (options: Partial<TrainerOptions>) => fitBriefly({ group, ...options });
  const told: Record<string, string> = {};
  const tell = async (name: string, body: () => Promise<unknown>) => {
    const { name: kind, message } = await body().then(() => new Error("nothing"), (error) => error);
    told[name] = `${kind}: ${message}`;
  };
  await tell("joins again", () => joinCluster(group.cluster));
  await tell("sums on another backend", async () => {
    await tf.setBackend("cpu");
    try {
      group.sum([tf.scalar(1)]);
    } finally {
      await tf.setBackend("tensorflow");
    }
  });
  await tell("evaluates alone", () => fit({ evalDataloader: only(1, batches(4)) }));
  await tell("recomputes alone", () => fit({ recompute: only(0, "normalization") }));
  await tell("another loss", () => fit({ loss: rank === 0 ? crossEntropy : meanOf }));
  await tell("another weight is trained", () => fit({ model: modelOf({ isFrozen: rank === 1 }) }));
  const uneven = batches(rank === 0 ? 8 : 4);
  const synchronizedBatchNorm = true;
  await tell(
    "more microbatches",
    () => fit({ trainDataloader: uneven, microbatchSize: 4, synchronizedBatchNorm }),
  );
  await tell("leaves what it has given up", () => group.leave());
  await tell("exchanges after that", () => group.exchange(new Uint8Array()));
  return told;
}

function meanOf(_: tf.Tensor, logits: tf.Tensor): tf.Scalar {
  return tf.mean(logits);
}

function modelOf({ isFrozen }: { isFrozen: boolean }): tf.LayersModel {
  const layers = [
    tf.layers.dense({ units: 4, inputShape: [4], trainable: !isFrozen }),
    batchNormalization(),
    tf.layers.dense({ units: 3 }),
  ];
  return tf.sequential({ layers });
}

function batches(images: number) {
  return {
    batchesPerEpoch: 2,
    *batches() {
      for (let i = 0; i < 2; i++) {
        yield { x: tf.ones([images, 4]), y: tf.zeros([images], "int32") };
      }
    },
  };
}

async function fitBriefly(options: Partial<TrainerOptions>): Promise<void> {
  const model = options.model ?? modelOf({ isFrozen: false }), optimizer = sgd({ learningRate: 1 });
  const logger = { logHyperparameters() {}, logMetrics() {}, logWarning() {} };
  const usual = { model, optimizer, loss: crossEntropy, trainDataloader: batches(4), logger };
  await new Trainer({ ...usual, ...options }).fit();
}
