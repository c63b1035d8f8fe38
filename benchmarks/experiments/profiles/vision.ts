import type { CommonProfile } from "./common.ts";

/** What the profiles of every suite on images have. Each value can be replaced by `--set`. */
export interface VisionProfile extends CommonProfile {
  /** ResNet depth; 0 where `blocks` tells. */
  depth: number;
  /** Blocks a stage of a basic-block ResNet, where `depth` is 0. */
  blocks: readonly number[];
  /** Channels of the ResNet's first convolution. */
  width: number;
  /** Height and width that the network sees, in pixels. */
  imageSize: number;
  /** Images a step. */
  batchSize: number;
  /** Images an evaluation batch. */
  evalBatchSize: number;
  /** The learning rate that the schedule falls from; another batch size leaves it as it is. */
  learningRate: number;
  /** Momentum of DecoupledSGDW. */
  momentum: number;
  /** Decoupled weight decay of DecoupledSGDW; another learning rate leaves it as it is. */
  weightDecay: number;
  /** Images of the generated training set; 0 where the profile needs `--data`. */
  generatedTraining: number;
  /** Images of the generated validation set. */
  generatedValidation: number;
}
