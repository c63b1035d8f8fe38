import type { WorkerGroup } from "./worker_group.ts";

/**
 * Waits until all workers have what this one told them last, where all of them are about to end for it:
 * who ends at once takes along what others have yet to receive, and they would be told of a lost worker
 * instead.
 *
 * @param group the workers, all of which wait
 */
export async function hasBeenHeard(group: WorkerGroup): Promise<void> {
  // Whoever begins this has the exchange before; its own end does not matter.
  await group.exchange(new Uint8Array()).catch(() => {});
}
