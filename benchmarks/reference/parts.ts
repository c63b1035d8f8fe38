/**
 * The reference runs, as `reports/protocol.md` lays them down.
 *
 * @module
 */
import type { ReferencePart } from "./part.ts";
import { classificationParts } from "./parts/classification.ts";
import { microbatchParts } from "./parts/microbatches.ts";
import { narrowParts } from "./parts/narrow.ts";
import { pretrainedParts } from "./parts/pretrained.ts";
import { segmentationParts } from "./parts/segmentation.ts";

/** In the order in which they are run, each after those that it takes something of. */
export const parts: readonly ReferencePart[] = [
  ...segmentationParts,
  ...narrowParts,
  ...classificationParts,
  ...microbatchParts,
  ...pretrainedParts,
];
