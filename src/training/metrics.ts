/**
 * Metrics that accumulate counts over an evaluation set.
 *
 * @module
 */
export { Accuracy, type AccuracyOptions } from "./metrics/accuracy.ts";
export { ConfusionMatrix, type ConfusionMatrixOptions } from "./metrics/confusion_matrix.ts";
export { MeanIoU, type MeanIoUOptions } from "./metrics/mean_iou.ts";
export type { Metric } from "./metrics/metric.ts";
