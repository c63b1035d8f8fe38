import { check } from "../../check.ts";
import { hasBeenHeard } from "./has_been_heard.ts";
import { decodeJson, encodeJson } from "./json_bytes.ts";
import type { WorkerGroup } from "./worker_group.ts";

/** How a batch, or a part of it, becomes a step. */
export interface StepKind {
  /** Whether it is a step as it is, on each worker; else it is one of microbatches. */
  readonly isWhole: boolean;
  /** Whether what all workers have of it is one batch, as it would be on one worker. */
  readonly isOneBatch: boolean;
  /** How many microbatches the worker has that has most of them. */
  readonly microbatches: number;
}

/** What decides it. */
export interface CutBatches {
  group?: WorkerGroup | undefined;
  synchronizedBatchNorm?: boolean | undefined;
  /** Parts that make a batch. */
  partsPerStep: number;
  /** Images in a microbatch at most; Infinity where nothing is cut. */
  microbatchSize: number;
}

/**
 * How workers make a step of what each has of a batch. It is the same on all of them, as they must sum
 * equally often: a worker with fewer images might else take another kind of step, and all would wait for
 * ever. So they ask each other, but where nothing is cut.
 *
 * @param images how many this worker has
 * @param by how batches are cut
 * @returns the kind of step
 * @throws {RangeError} if statistics over all workers are to be of microbatches, of which one worker has
 *   more than another; on all of them
 */
export async function stepKindOf(images: number, by: CutBatches): Promise<StepKind> {
  const { group, partsPerStep, microbatchSize, synchronizedBatchNorm } = by;
  const isPart = partsPerStep > 1;
  if (microbatchSize === Infinity) return { isWhole: !isPart, isOneBatch: true, microbatches: 1 };
  const all = group === undefined
    ? [images]
    : (await group.exchange(encodeJson(images))).map((bytes) => decodeJson<number>(bytes));
  const counts = all.map((images) => Math.ceil(images / microbatchSize));
  const microbatches = Math.max(...counts);
  if (group !== undefined && synchronizedBatchNorm && Math.min(...counts) < microbatches) {
    await hasBeenHeard(group); // all of them throw it
    const requirement = "train with synchronizedBatchNorm as workers must have equally many " +
      `microbatches of ${microbatchSize} images or fewer`;
    check(false, RangeError, requirement, counts);
  }
  return {
    isWhole: !isPart && microbatches === 1,
    isOneBatch: all.reduce((sum, images) => sum + images) <= microbatchSize,
    microbatches,
  };
}
