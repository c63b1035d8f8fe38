/** Runs that one worker and several take: each gets its slice of every batch, and says what came. */
import * as tf from "../../../../src/tf.ts";
import { batchNormalization } from "../../../../src/normalization/batch.ts";
import { batchChannelNormalization } from "../../../../src/normalization/batch_channel.ts";
import { groupNormalization } from "../../../../src/normalization/group.ts";
import { ChannelDropout } from "../../../../src/layers/channel_dropout.ts";
import { applyWeightStandardization } from "../../../../src/standardization/apply.ts";
import { crossEntropy, segmentation } from "../../../../src/training/losses.ts";
import { sgd } from "../../../../src/training/optimizers.ts";
import { Trainer } from "../../../../src/training/trainer.ts";
import type { Recompute } from "../../../../src/training/recomputation/apply_recomputed.ts";
import type { WorkerGroup } from "../../../../src/training/workers/worker_group.ts";
import { sines } from "../../../sines.ts";

/** What is trained. */
export interface Case {
  norm: "batch" | "batchChannel" | "estimatedBatchChannel" | "group";
  synchronizedBatchNorm: boolean;
  microbatchSize?: number;
  dropout: boolean;
  recompute?: Recompute;
  /** Whether all pixels count, and one worker has the images in the order in which two have them. */
  interleaved?: boolean;
  /** How many images each of two workers has. */
  shares?: readonly [number, number];
  /** In how many parts each of two workers gets a batch; one that is alone gets it in as large ones. */
  parts?: number;
}

/** The cases that the tests know. */
export const cases = {
  synchronized: { norm: "batch", synchronizedBatchNorm: true, dropout: true },
  batchChannel: { norm: "batchChannel", synchronizedBatchNorm: true, dropout: false },
  estimated: { norm: "estimatedBatchChannel", synchronizedBatchNorm: true, dropout: false },
  alone: { norm: "batch", synchronizedBatchNorm: false, dropout: false },
  recomputedNorms: {
    norm: "batch",
    synchronizedBatchNorm: true,
    dropout: true,
    recompute: "normalization",
  },
  recomputedBlocks: {
    norm: "batch",
    synchronizedBatchNorm: true,
    dropout: true,
    recompute: "blocks",
  },
  synchronizedMicrobatches: {
    norm: "batch",
    synchronizedBatchNorm: true,
    microbatchSize: 8,
    dropout: false,
    interleaved: true,
  },
  unequal: { norm: "batch", synchronizedBatchNorm: true, dropout: false, shares: [20, 12] },
  // On each worker the batch is a microbatch, on one it is cut into two.
  halves: { norm: "group", synchronizedBatchNorm: false, microbatchSize: 16, dropout: true },
  microbatches: { norm: "group", synchronizedBatchNorm: false, microbatchSize: 4, dropout: true },
  parts: { norm: "group", synchronizedBatchNorm: false, dropout: true, parts: 2 },
  unequalMicrobatches: {
    norm: "group",
    synchronizedBatchNorm: false,
    microbatchSize: 4,
    dropout: true,
    shares: [20, 12],
  },
  // Twice the second worker's images would be a microbatch, twice the first one's are none.
  unequalHalves: {
    norm: "group",
    synchronizedBatchNorm: false,
    microbatchSize: 24,
    dropout: false,
    interleaved: true,
    shares: [20, 12],
  },
} as const satisfies Record<string, Case>;

/** The name of a case. */
export type CaseName = keyof typeof cases;

/** What a worker has after each step. */
export interface Course {
  losses: number[];
  /** All weights by their place, before the first step and after each. */
  weights: number[][][];
}

export const images = 32, size = 6, classes = 4, steps = 2;
const channels = 8;

/** Pixels that do not count: of the first half of the batch few, of the second half most. */
function labelsOf(step: number, { interleaved }: Case): number[] {
  return Array.from({ length: images * size * size }, (_, i) => {
    if (interleaved) return (i * 7 + step) % classes;
    const isFirst = i < images / 2 * size * size;
    return (isFirst ? i % 5 === 0 : i % 5 !== 0) ? -1 : (i * 7 + step) % classes;
  });
}

function modelOf({ norm, dropout }: Case): tf.LayersModel {
  const layer = {
    batch: () => batchNormalization(),
    batchChannel: () => batchChannelNormalization({ groups: 2 }),
    estimatedBatchChannel: () => batchChannelNormalization({ groups: 2, estimate: true }),
    group: () => groupNormalization({ groups: 2 }),
  }[norm]();
  const kernelRegularizer = tf.regularizers.l2({ l2: 0.01 });
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({
        inputShape: [size, size, 3],
        filters: channels,
        kernelSize: 3,
        padding: "same",
        kernelRegularizer,
      }),
      layer,
      tf.layers.reLU(),
      ...(dropout ? [new ChannelDropout({ rate: 0.5 })] : []),
      tf.layers.conv2d({ filters: classes, kernelSize: 1 }),
    ],
  });
  applyWeightStandardization(model, { nLastLayersIgnore: 1 });
  tf.tidy(() => {
    for (const [i, weight] of model.trainableWeights.entries()) {
      weight.write(sines(weight.shape as number[], i));
    }
  });
  return model;
}

/** The places of a worker's images in a batch. */
function placesOf(given: Case, { rank, size }: Slice): number[] {
  const { microbatchSize = images, interleaved, shares = [images / 2, images / 2] } = given;
  const [own, first] = size === 1 ? [images, 0] : [shares[rank]!, rank * shares[0]];
  const places = Array.from({ length: own }, (_, i) => first + i);
  if (!interleaved || size > 1) return places;
  // Both workers' first microbatch, both workers' second one, …
  const half = images / 2, of = (i: number) => Math.floor(i % half / microbatchSize);
  return places.toSorted((a, b) => of(a) - of(b));
}

/** Which of several workers one is. */
export interface Slice {
  rank: number;
  size: number;
}

/** The batches of a worker: its images of each. */
function batchesOf(given: Case, slice: Slice) {
  const places = placesOf(given, slice), shape = [images, size, size];
  const parts = (given.parts ?? 1) * (given.parts !== undefined && slice.size === 1 ? 2 : 1);
  const partSize = places.length / parts;
  return {
    batchesPerEpoch: steps,
    microbatchesPerBatch: parts,
    *batches() {
      for (let i = 0; i < steps * parts; i++) {
        const step = Math.floor(i / parts), first = i % parts * partSize;
        const own = places.slice(first, first + partSize);
        const x = tf.tidy(() => tf.gather(sines([...shape, 3], 10 + step), own));
        const y = tf.tidy(() => tf.gather(tf.tensor(labelsOf(step, given), shape, "int32"), own));
        yield { x, y };
      }
    },
  };
}

/**
 * Trains a case.
 *
 * @param name the case
 * @param group the workers; without them this process trains alone
 * @param slice which images it gets; those of its rank, or all, if nothing is said
 * @returns what came
 */
export async function train(
  name: CaseName,
  group?: WorkerGroup,
  slice: Slice = { rank: group?.rank ?? 0, size: group?.size ?? 1 },
): Promise<Course> {
  const given: Case = cases[name], model = modelOf(given);
  const optimizer = sgd({ learningRate: 1 }); // a step is then the gradient
  const valuesOf = () =>
    Promise.all(model.weights.map(async (weight) => [...await weight.read().data()]));
  const weights = [await valuesOf()];
  const { synchronizedBatchNorm, microbatchSize, interleaved, recompute } = given;
  const perWorker = interleaved && slice.size === 1 ? 2 : 1; // two workers have half of it each
  const trainer = new Trainer({
    model,
    optimizer,
    // Dice is no mean over images, so that it depends on what a microbatch is.
    loss: interleaved ? crossEntropy : segmentation({ labelSmoothing: 0.1 }),
    trainDataloader: batchesOf(given, slice),
    logger: { logHyperparameters() {}, logMetrics() {}, logWarning() {} },
    seed: 3,
    group,
    synchronizedBatchNorm,
    microbatchSize: microbatchSize && microbatchSize * perWorker,
    recompute,
    callbacks: [async (event) => {
      if (event === "stepEnd") weights.push(await valuesOf());
    }],
  });
  const { losses } = await trainer.fit();
  model.dispose();
  optimizer.dispose();
  return { losses, weights };
}
