import * as tf from "../../tf.ts";
import { check } from "../../check.ts";

/** A number about a model on a whole set, fed batch by batch. */
export interface Metric {
  /** The name that results are filed under. */
  readonly name: string;
  /** Counts a batch. */
  update(labels: tf.Tensor, logits: tf.Tensor): Promise<void>;
  /** The value over all batches since the last reset. */
  result(): number;
  /** Where the counts tell more than one value: all that an evaluation files, each by its name. */
  results?(): Record<string, number>;
  /** Forgets all batches. */
  reset(): void;
}

/**
 * A metric's values by name: one, unless its counts tell more.
 *
 * @param metric the metric
 */
export function resultsOf(metric: Metric): Record<string, number> {
  return metric.results?.() ?? { [metric.name]: metric.result() };
}

/** The classes of a batch's pixels, or images, in the same order. */
export interface ClassPairs {
  labels: ArrayLike<number>;
  predictions: ArrayLike<number>;
}

/**
 * Reads a batch into JavaScript, where it is counted: TensorFlow.js has no confusion matrix that
 * works on wasm. Of logits only the index of the largest leaves the backend.
 *
 * @param name the metric's class, for error messages
 * @param labels int32 `[...]`
 * @param logits `[..., classes]`, or predicted classes as int32 `[...]`
 * @returns both as flat arrays
 * @throws {TypeError} if the shapes or types do not fit
 */
export async function readClasses(
  name: string,
  labels: tf.Tensor,
  logits: tf.Tensor,
): Promise<ClassPairs> {
  checkLabels(name, labels);
  if (logits.rank === labels.rank) {
    checkPredictions(name, labels, logits);
    return { labels: await labels.data(), predictions: await logits.data() };
  }
  checkLogits(name, labels, logits);
  const predictions = tf.argMax(logits, -1);
  try {
    return { labels: await labels.data(), predictions: await predictions.data() };
  } finally {
    predictions.dispose();
  }
}

/** Throws if labels are not int32. */
export function checkLabels(name: string, labels: tf.Tensor): void {
  const { dtype } = labels;
  check(dtype === "int32", TypeError, `update ${name} as labels must be int32`, dtype);
}

/** Throws if the logits' shape is not that of the labels, followed by the classes. */
export function checkLogits(name: string, labels: tf.Tensor, logits: tf.Tensor): void {
  const fits = `${logits.shape.slice(0, -1)}` === `${labels.shape}` && logits.rank > labels.rank;
  const wanted = `have the labels' shape [${labels.shape}] and classes`;
  check(fits, TypeError, `update ${name} as logits must ${wanted}`, `[${logits.shape}]`);
}

function checkPredictions(name: string, labels: tf.Tensor, predictions: tf.Tensor): void {
  const wanted = `int32 [${labels.shape}]`, is = `${predictions.dtype} [${predictions.shape}]`;
  const requirement = `update ${name} as predictions must be ${wanted}, as the labels are`;
  check(is === wanted, TypeError, requirement, is);
}
