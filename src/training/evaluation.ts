import type * as tf from "../tf.ts";
import { type Batch, type Dataloader, disposeBatch } from "./dataloader.ts";
import { type Metric, resultsOf } from "./metrics/metric.ts";
import { captureOrRun } from "./unrecorded.ts";

/**
 * Evaluates a model on every batch of a dataloader's epoch 0, in inference mode.
 *
 * @param model the model
 * @param dataloader the batches, which are disposed of
 * @param metrics what is counted, from nothing
 * @param lost ends it where it is aborted, as a worker of the group is lost
 * @returns each metric's result by its name, or its results where it has several
 */
export async function evaluateModel(
  model: tf.LayersModel,
  dataloader: Dataloader,
  metrics: readonly Metric[],
  lost?: AbortSignal,
): Promise<Record<string, number>> {
  metrics.forEach((metric) => metric.reset());
  const predict = captureOrRun(
    "The evaluation",
    (x: tf.Tensor) => model.apply(x, { training: false }) as tf.Tensor,
  );
  try {
    for await (const batch of dataloader.batches(0)) {
      await evaluateBatch(batch, predict, metrics);
      if (lost === undefined) continue;
      await new Promise((resolve) => setTimeout(resolve)); // lets the watch over the workers in
      lost.throwIfAborted();
    }
  } finally {
    predict.dispose();
  }
  return Object.assign({}, ...metrics.map(resultsOf));
}

async function evaluateBatch(
  batch: Batch,
  predict: (x: tf.Tensor) => tf.Tensor,
  metrics: readonly Metric[],
): Promise<void> {
  let logits: tf.Tensor | undefined;
  try {
    logits = predict(batch.x);
    for (const metric of metrics) await metric.update(batch.y, logits);
  } finally {
    logits?.dispose();
    disposeBatch(batch);
  }
}
