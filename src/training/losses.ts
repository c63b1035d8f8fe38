/**
 * Losses of labels and logits, each over one softmax with a closed-form gradient.
 *
 * @module
 */
export { crossEntropy } from "./losses/cross_entropy.ts";
export { dice } from "./losses/dice.ts";
export { type Loss, segmentation, type SegmentationOptions } from "./losses/segmentation.ts";
export type { LabelOptions, SmoothedLabelOptions } from "./losses/softmax_loss.ts";
