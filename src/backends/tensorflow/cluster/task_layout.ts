/**
 * On which node each of a Slurm step's tasks runs.
 *
 * Source: srun(1), `--distribution`.
 *
 * @module
 */
import { ClusterError } from "../../../training/workers/errors.ts";
import { shown } from "./shown.ts";

/** Where a task runs. */
export interface Place {
  /** The node's number in the step's list. */
  readonly node: number;
  /** The task's number on that node. */
  readonly localRank: number;
}

/**
 * Reads counts as Slurm writes them, `2(x3),1` for `2,2,2,1`.
 *
 * @param text what a variable holds
 * @param variable its name, for errors
 * @throws {ClusterError} where it is of another form
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(expandCounts("2(x3),1"), [2, 2, 2, 1]);
 * ```
 */
export function expandCounts(text: string, variable = "counts"): number[] {
  let sum = 0;
  return text.split(",").flatMap((part) => {
    const [, count, times = "1"] = /^(\d+)(?:\(x(\d+)\))?$/.exec(part.trim()) ?? [];
    if (count === undefined || Number(times) > 65536) {
      throw new ClusterError(
        `Cannot read ${variable} as it is not a list of counts, as 2(x3),1: current value is ` +
          shown(text),
      );
    }
    sum += Number(times) * Number(count);
    if (sum > MOST_TASKS) {
      throw new ClusterError(
        `Cannot read ${variable} as it has more than ${MOST_TASKS} tasks: current value is ${
          shown(text)
        }`,
      );
    }
    return new Array<number>(Number(times)).fill(Number(count));
  });
}

/** More tasks than any step has, and fewer than would fill memory. */
const MOST_TASKS = 2 ** 20;

/**
 * How many tasks in turn a node gets, by the distribution that `srun` was asked for.
 *
 * @param distribution `SLURM_DISTRIBUTION`: only what stands before the first colon concerns nodes
 * @param planeSize `SLURM_DIST_PLANESIZE`
 * @throws {ClusterError} where the distribution does not say on which node a task is
 */
export function tasksInTurn(
  distribution: string | undefined,
  planeSize: string | undefined,
): number {
  const [, word = "", size = planeSize] =
    /^([a-z*]+)(?:=(\d+))?/i.exec(distribution?.trim() ?? "") ?? [];
  switch (word.toLowerCase()) {
    case "":
    case "*":
    case "block":
    case "unknown":
      return Infinity;
    case "cyclic":
      return 1;
    case "plane":
      if (Number(size) >= 1) return Number(size);
  }
  throw new ClusterError(
    `Cannot use SLURM_DISTRIBUTION as it must be block, cyclic or plane=SIZE: current value is ` +
      `${shown(distribution)}. Start the step by \`srun --distribution=block\``,
  );
}

/**
 * The place of each task: nodes take turns, each with so many tasks at a time, until all have theirs.
 *
 * @param tasksPerNode how many tasks each node runs
 * @param inTurn how many a node gets before it is the next one's turn
 * @returns places by rank
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const nodes = (places: readonly { node: number }[]) => places.map(({ node }) => node);
 * assert.deepEqual(nodes(layOutTasks([3, 1], Infinity)), [0, 0, 0, 1]);
 * assert.deepEqual(nodes(layOutTasks([3, 1], 1)), [0, 1, 0, 0]);
 * ```
 */
export function layOutTasks(tasksPerNode: readonly number[], inTurn: number): Place[] {
  const placed = tasksPerNode.map(() => 0);
  const size = tasksPerNode.reduce((sum, count) => sum + count, 0);
  const places: Place[] = [];
  while (places.length < size) {
    for (const [node, count] of tasksPerNode.entries()) {
      const end = Math.min(count, (placed[node] ?? 0) + inTurn);
      for (let localRank = placed[node] ?? 0; localRank < end; localRank++) {
        places.push({ node, localRank });
      }
      placed[node] = end;
    }
  }
  return places;
}
