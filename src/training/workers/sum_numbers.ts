/**
 * The numbers of the sums in a step, by their order in it: so workers mean the same one. What layers and losses know of workers is `src/workers.ts`.
 *
 * @module
 */
import { check } from "../../check.ts";
import type { WorkerGroup } from "./worker_group.ts";

/** How many sums a step may have: as many numbers are set aside for each kind of step. */
const MOST = 4096;

let current: { scope: number; sums: number } | undefined;

/** How many kinds of steps each group has. */
const scopes = new WeakMap<WorkerGroup, number>();

/**
 * A number for a kind of step. Workers get the same one as all make the same steps in the same order.
 *
 * @param group the workers
 * @returns one that no other kind of step of that group has
 */
export function newScope(group: WorkerGroup): number {
  const scope = scopes.get(group) ?? 0;
  scopes.set(group, scope + 1);
  return scope;
}

/**
 * Runs a step that workers take together.
 *
 * @param scope the kind of step, from {@linkcode newScope}: steps of one kind do the same sums
 * @param step the step
 * @returns what it returns
 */
export function withSums<T>(scope: number, step: () => T): T {
  const outer = current;
  current = { scope, sums: 0 };
  try {
    return step();
  } finally {
    current = outer;
  }
}

/**
 * The number of the next sum in a step, for what sums: the same on every worker, and at every run of
 * the step.
 *
 * @returns an integer >= 0
 * @throws {TypeError} outside of a step
 */
export function nextSum(): number {
  check(current !== undefined, TypeError, "sum over workers as a step must be running", current);
  const { scope, sums } = current;
  check(
    sums < MOST,
    RangeError,
    `sum over workers as a step must have ${MOST} sums or fewer`,
    sums,
  );
  current.sums++;
  return scope * MOST + sums;
}
