import type * as tf from "../../tf.ts";
import type { WorkerGroup } from "./worker_group.ts";

/**
 * From this size on, a tensor is sent alone, from where it is; smaller ones are copied together up to
 * it. Measured with ResNet-50: a message costs about a millisecond, and pieces of megabytes are sent
 * fastest.
 */
const MESSAGE_BYTES = 2 ** 22;

/**
 * Sums tensors over workers in several messages, each of which can leave as soon as what is in it
 * is there: in a recorded step while the rest is still being computed.
 *
 * @param group the workers
 * @param tensors in the order in which they will be there; what is missing stays so, and must be
 *   missing on every worker
 * @returns the sums, in order
 */
export function sumInBuckets(
  group: WorkerGroup,
  tensors: readonly (tf.Tensor | undefined)[],
): (tf.Tensor | undefined)[] {
  const sums: (tf.Tensor | undefined)[] = new Array(tensors.length).fill(undefined);
  for (const bucket of bucketsOf(tensors.map((tensor) => tensor && bytesOf(tensor)))) {
    const summed = group.sum(bucket.map((at) => tensors[at]!));
    bucket.forEach((at, i) => sums[at] = summed[i]);
  }
  return sums;
}

/**
 * What is sent together.
 *
 * @param sizes bytes of each tensor, in order
 * @returns positions of those in one message each, in the order in which the messages can leave
 */
export function bucketsOf(sizes: readonly (number | undefined)[]): number[][] {
  const buckets: number[][] = [];
  let open: number[] = [], bytes = 0;
  const close = () => {
    if (open.length > 0) buckets.push(open);
    [open, bytes] = [[], 0];
  };
  for (const [at, size] of sizes.entries()) {
    if (size === undefined) continue;
    if (size >= MESSAGE_BYTES) {
      buckets.push([at]);
      continue;
    }
    open.push(at);
    bytes += size;
    if (bytes >= MESSAGE_BYTES) close();
  }
  close();
  return buckets;
}

function bytesOf({ size }: tf.Tensor): number {
  return 4 * size;
}
