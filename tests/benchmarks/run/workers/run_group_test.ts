import assert from "node:assert/strict";
import { alone, type RunGroup, runGroup } from "../../../../benchmarks/run/workers/run_group.ts";
import { threadsOf } from "../../../../benchmarks/run/workers/threads.ts";
import { UsageError } from "../../../../benchmarks/ground/errors.ts";
import { DataError } from "../../../../datasets/errors.ts";
import { WorkerLostError } from "../../../../src/training/workers/errors.ts";

/** Workers in one process, who exchange as those of a group do: what is given up fails on all. */
function workers(size: number): { groups: RunGroup[]; ended: string[] } {
  const given: PromiseWithResolvers<Uint8Array[]>[] = [];
  const rounds: (Uint8Array | undefined)[][] = [];
  const next = Array.from({ length: size }, () => 0);
  const ended: string[] = [];
  let reason: string | undefined;
  const exchange = (rank: number, bytes: Uint8Array) => {
    if (reason !== undefined) return Promise.reject(new WorkerLostError(reason, []));
    const round = next[rank]!++;
    const all = rounds[round] ??= [];
    const result = given[round] ??= Promise.withResolvers();
    all[rank] = bytes.slice();
    if (all.filter(Boolean).length === size) result.resolve(all as Uint8Array[]);
    return result.promise;
  };
  const groups = Array.from({ length: size }, (_, rank) =>
    runGroup({
      rank,
      size,
      sum: () => [],
      exchange: (bytes) => exchange(rank, bytes),
      abort(why) {
        reason = why;
        ended.push(why);
        given.forEach(({ reject }) => reject(new WorkerLostError(why, [])));
      },
      leave: () => Promise.resolve(void ended.push(`${rank} left`)),
    }));
  return { groups, ended };
}

/** How each worker's part ended: a value or an error. */
async function each<T>(groups: readonly RunGroup[], body: (group: RunGroup) => Promise<T>) {
  return await Promise.all(groups.map((group) => body(group).catch((error: Error) => error)));
}

Deno.test("fromChief() gives each worker what the first one makes, however large, and its error", async () => {
  const { groups } = workers(3);
  const large = new Uint8Array(2 ** 23 + 5).map((_, i) => i % 251);
  const made: number[] = [];
  const values = await each(groups, (group) =>
    group.fromChief(() => {
      made.push(group.rank);
      return Promise.resolve({ large, missing: undefined, not: NaN });
    }));
  assert.deepEqual(made, [0]);
  for (const value of values) assert.deepEqual(value, { large, missing: undefined, not: NaN });
  const errors = await each(
    groups,
    (group) => group.fromChief(() => Promise.reject(new UsageError("Cannot: taken"))),
  ) as Error[];
  assert.deepEqual(errors.map(({ name }) => name), ["UsageError", "UsageError", "UsageError"]);
  assert.deepEqual(errors.map(({ message }) => message), [
    "Cannot: taken",
    "worker 0: Cannot: taken",
    "worker 0: Cannot: taken",
  ]);
});

Deno.test("together() ends on all where one fails, with its cause and its kind", async () => {
  const { groups, ended } = workers(2);
  const fine = await each(groups, (group) => group.together(() => Promise.resolve(group.rank)));
  assert.deepEqual(fine, [0, 1]);
  const cause = new DataError("b.jpg is cut off");
  const errors = await each(
    groups,
    (group) => group.together(async () => group.rank === 1 ? await Promise.reject(cause) : 1),
  ) as Error[];
  assert.equal(errors[1], cause);
  assert.deepEqual([errors[0]!.name, errors[0]!.message], [
    "DataError",
    "worker 1: b.jpg is cut off",
  ]);
  await Promise.all(groups.map((group, i) => group.end(errors[i])));
  assert.deepEqual(ended.sort(), ["0 left", "1 left"], "all know: none is given up");
});

Deno.test("end() gives up a group that knows nothing of the error, so that nobody waits", async () => {
  const { groups, ended } = workers(2);
  const waiting = groups[0]!.any(false).catch((error: Error) => error);
  await groups[1]!.end(new Error("disk full"));
  assert.deepEqual(ended, ["worker 1 has ended: disk full"]);
  assert.equal((await waiting as Error).name, "WorkerLostError");
});

Deno.test("any() and gather() tell each worker of all", async () => {
  const { groups } = workers(3);
  assert.deepEqual(await each(groups, (group) => group.any(group.rank === 2)), [true, true, true]);
  assert.deepEqual(await each(groups, (group) => group.any(false)), [false, false, false]);
  const all = await each(groups, (group) => group.gather([group.rank]));
  assert.deepEqual(all, Array.from({ length: 3 }, () => [[0], [1], [2]]));
  assert.equal(await alone.any(true), true);
  assert.deepEqual(await alone.gather("own"), ["own"]);
});

Deno.test("threadsOf() shares the cores among the workers of a machine, unless the profile says", () => {
  const threads = (intraOpThreads: number, here: number, cores: number) =>
    threadsOf({ intraOpThreads }, { here, size: here }, cores).intraOpThreads;
  assert.deepEqual([threads(0, 1, 8), threads(0, 2, 8), threads(0, 3, 2)], [0, 4, 1]);
  assert.equal(threads(3, 2, 8), 3);
});

Deno.test("threadsOf() lets a worker on one core begin a sum while it computes", () => {
  const operations = (size: number, cores: number) =>
    threadsOf({ intraOpThreads: 1 }, { here: 1, size }, cores).interOpThreads;
  assert.deepEqual([operations(2, 1), operations(1, 1), operations(2, 4)], [2, 0, 0]);
});
