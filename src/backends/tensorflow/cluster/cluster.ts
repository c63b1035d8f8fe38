/**
 * Which workers train together, and which of them this process is: what joining them needs to know,
 * wherever it was read.
 *
 * @module
 */
import { parseAddress } from "./address.ts";
import { ClusterError } from "../../../training/workers/errors.ts";

/** One worker of a cluster, as TensorFlow's runtime knows it. */
export interface ClusterTask {
  /** The job that it belongs to: `"chief"` or `"worker"`. */
  readonly job: string;
  /** Its number in that job. */
  readonly index: number;
  /** Where it listens: `host:port`, an IPv6 address in brackets. */
  readonly address: string;
  /** The node that it runs on, where a scheduler has named it. */
  readonly node?: string;
}

/** The workers of one training, and which of them this process is. */
export interface Cluster {
  /** All workers, by rank. The first is the chief, which alone writes. */
  readonly tasks: readonly ClusterTask[];
  /** Which of them this process is. */
  readonly rank: number;
  /** Its number among the workers of its node, where that is known: it chooses the GPU. */
  readonly localRank?: number;
  /** Where the cluster was read; for errors. */
  readonly source: "TF_CONFIG" | "Slurm" | "local";
}

/**
 * Checks what every cluster must be, wherever it was read: one address a worker, and a rank that is
 * one of them.
 *
 * @param cluster what was read
 * @param variable what its addresses were read from, for errors
 * @returns the same cluster, its addresses in their normal form
 * @throws {ClusterError} where an address is none, or two workers have the same, or the rank is none
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const task = (index: number, address: string) => ({ job: "worker", index, address });
 * const tasks = [task(0, "10.0.0.1:2222"), task(1, "10.0.0.1:2222")];
 * assert.throws(() => checkCluster({ tasks, rank: 0, source: "local" }, "tasks"), /two workers/);
 * ```
 */
export function checkCluster(cluster: Cluster, variable: string): Cluster {
  const { rank } = cluster, size = cluster.tasks.length;
  if (!Number.isInteger(rank) || rank < 0 || rank >= size) {
    throw new ClusterError(
      `Cannot use ${variable} as the rank must be one of its ${size} workers', ` +
        `0 to ${size - 1}: current value is ${rank}`,
    );
  }
  const tasks = cluster.tasks.map((task) => ({
    ...task,
    address: parseAddress(task.address, `${variable}, ${task.job} ${task.index}`),
  }));
  const seen = new Map<string, ClusterTask>();
  for (const task of tasks) {
    const other = seen.get(task.address);
    if (other !== undefined) {
      throw new ClusterError(
        `Cannot use ${variable} as two workers have one address: ${other.job} ${other.index} and ` +
          `${task.job} ${task.index} both have ${task.address}. Give each a port of its own`,
      );
    }
    seen.set(task.address, task);
  }
  return { ...cluster, tasks };
}

/**
 * A cluster's worker, as errors name it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const tasks = [{ job: "chief", index: 0, address: "10.0.0.1:2222", node: "n1" }];
 * assert.equal(describeTask(tasks, 0), "rank 0 (chief 0 at 10.0.0.1:2222, node n1)");
 * ```
 */
export function describeTask(tasks: readonly ClusterTask[], rank: number): string {
  const task = tasks[rank];
  if (task === undefined) return `rank ${rank}`;
  const node = task.node === undefined ? "" : `, node ${task.node}`;
  return `rank ${rank} (${task.job} ${task.index} at ${task.address}${node})`;
}
