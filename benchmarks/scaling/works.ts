import process from "node:process";
import {
  joinCluster,
  registerTensorFlowBackend,
  type TensorFlowWorkerGroup,
} from "../../src/backends/tensorflow/mod.ts";
import { selectBackend } from "../../src/backends/select.ts";
import { applyWeightStandardization } from "../../src/standardization/mod.ts";
import * as tf from "../../src/tf.ts";
import { capture } from "../../src/training/capture.ts";
import { crossEntropy } from "../../src/training/losses.ts";
import { sgd } from "../../src/training/optimizers.ts";
import { trainedVariables } from "../../src/training/model_weights.ts";
import { trainStep } from "../../src/training/train_step.ts";
import { bucketsOf, sumInBuckets } from "../../src/training/workers/buckets.ts";
import { newScope, withSums } from "../../src/training/workers/sum_numbers.ts";
import type { WorkerGroup } from "../../src/training/workers/worker_group.ts";
import { countParameters } from "../tasks/parameters.ts";
import { images, labels, makeModel } from "../timing/work.ts";
import type { GroupWorks, WorkerOrder, WorkerPlace } from "./protocol.ts";
import { sentBytesCounter } from "./sent_bytes.ts";

/** Images and workers that are to stop: the first sum of a step. */
const countedBytes = 8;

/**
 * Prepares what a worker of this library does: backend, group, model, batch and step. Nothing is freed,
 * as its process ends with it.
 */
export async function openWorks(order: WorkerOrder): Promise<GroupWorks> {
  const { threads, worker } = order;
  const backend = await startBackend(threads, worker.size > 1);
  const group = worker.size === 1 ? undefined : await join(worker);
  const model = standardized(order);
  const shared = group === undefined ? [] : sharedBy(model);
  return {
    ready: {
      ...backend,
      parameterCount: countParameters(model),
      threads,
      bucketBytes: group === undefined ? [] : bucketBytes(shared),
    },
    works: {
      step: training(model, order, group),
      ...(group !== undefined && {
        // A model of its own, so that its weights go the same way whatever the others do.
        compute: training(standardized(order), order, undefined),
        "all-reduce": reducing(group, shared),
      }),
    },
    transfer: (bytes) => {
      if (group === undefined) throw new RangeError("Cannot transfer as there is one worker");
      return reducing(group, [tf.zeros([bytes / 4])], false);
    },
    memory: () => ({ peakBytes: process.resourceUsage().maxRSS * 1024 }),
    sentBytes: group === undefined ? () => undefined : sentBytesCounter(),
  };
}

async function startBackend(threads: number, isOfGroup: boolean) {
  tf.enableProdMode(); // before TensorFlow.js prints its greeting
  registerTensorFlowBackend({
    intraOpThreads: threads,
    // One thread of a group's worker begins sums while another computes, as the suites' workers do.
    interOpThreads: isOfGroup ? threads + 1 : threads,
    device: "cpu",
  });
  const { version, oneDnn } = await selectBackend("tensorflow");
  return {
    versions: { "TensorFlow.js": tf.version_core, tensorflow: version },
    ...(oneDnn !== undefined && { oneDnn }),
  };
}

function join({ rank, ports }: WorkerPlace): Promise<TensorFlowWorkerGroup> {
  const tasks = ports.map((port, index) => ({
    job: "worker",
    index,
    address: `127.0.0.1:${port}`,
  }));
  return joinCluster({ tasks, rank, source: "local" });
}

function standardized({ subject, profile }: WorkerOrder): tf.LayersModel {
  const model = makeModel(profile);
  if (subject.kernels === "ws") applyWeightStandardization(model);
  return model;
}

/** The step as the Trainer runs it. */
function training(
  model: tf.LayersModel,
  { profile, worker }: WorkerOrder,
  group: WorkerGroup | undefined,
): () => Promise<number> {
  const { learningRate, momentum } = profile;
  const step = trainStep(model, sgd({ learningRate, momentum }), crossEntropy, { group });
  const x = images(profile, 1 + worker.rank), y = labels(profile, model);
  const rate = tf.scalar(learningRate), seed = tf.tensor1d([0], "int32");
  const stop = group === undefined ? [] : [tf.scalar(0)];
  return async () => await firstOf([await step.callAsync(x, y, rate, seed, ...stop)]);
}

/** What a step sums: gradients from the last layer to the first, the loss, moving statistics. */
function sharedBy(model: tf.LayersModel): tf.Tensor[] {
  const statistics = model.nonTrainableWeights.map((weight) => weight.read());
  return [
    ...trainedVariables(model).toReversed(),
    tf.scalar(0),
    ...statistics.filter(({ dtype }) => dtype === "float32"),
  ];
}

function bucketBytes(shared: readonly tf.Tensor[]): number[] {
  const sizes = shared.map(({ size }) => 4 * size);
  const buckets = bucketsOf(sizes);
  return [
    countedBytes,
    ...buckets.map((bucket) => bucket.reduce((sum, at) => sum + sizes[at]!, 0)),
  ];
}

/** The sums of a step with nothing else to do. */
function reducing(
  group: WorkerGroup,
  tensors: readonly tf.Tensor[],
  counts = true,
): () => Promise<number> {
  const scope = newScope(group);
  const counted = counts ? [tf.zeros([countedBytes / 4])] : [];
  const step = capture(() =>
    withSums(scope, () => [...group.sum(counted), ...sumInBuckets(group, tensors)])
  );
  return async () => await firstOf((await step.callAsync()).filter((sum) => sum !== undefined));
}

/** The first value of the first tensor; all are disposed of. */
async function firstOf(tensors: readonly tf.Tensor[]): Promise<number> {
  const first = tf.slice(tf.reshape(tensors[0]!, [-1]), 0, 1);
  const [value = NaN] = await first.data();
  tf.dispose([first, ...tensors]);
  return value;
}
