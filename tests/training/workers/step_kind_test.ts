import assert from "node:assert/strict";
import { type StepKind, stepKindOf } from "../../../src/training/workers/step_kind.ts";
import type { WorkerGroup } from "../../../src/training/workers/worker_group.ts";

/** Workers in one process: an exchange is there once each of them has taken part. */
function workers(size: number): WorkerGroup[] {
  const rounds: { told: Uint8Array[]; all: PromiseWithResolvers<Uint8Array[]> }[] = [];
  return Array.from({ length: size }, (_, rank) => {
    let round = 0;
    return {
      rank,
      size,
      sum: () => [],
      abort: () => {},
      exchange(own) {
        const { told, all } = rounds[round++] ??= { told: [], all: Promise.withResolvers() };
        told[rank] = own;
        if (Object.keys(told).length === size) all.resolve(told);
        return all.promise;
      },
    };
  });
}

/** The kind of step on each worker, which must be the same. */
async function kind(
  images: readonly number[],
  microbatchSize: number,
  { partsPerStep = 1, synchronizedBatchNorm = false } = {},
): Promise<StepKind> {
  const kinds = await Promise.allSettled(
    workers(images.length).map((group, rank) =>
      stepKindOf(images[rank]!, { group, microbatchSize, partsPerStep, synchronizedBatchNorm })
    ),
  );
  kinds.forEach((each) => assert.deepEqual(each, kinds[0]));
  const [first] = kinds;
  if (first!.status === "rejected") throw first!.reason;
  return first!.value;
}

Deno.test("stepKindOf() is the same on all workers, whatever images each has", async () => {
  assert.deepEqual(await kind([8, 8], 8), { isWhole: true, isOneBatch: false, microbatches: 1 });
  assert.deepEqual(await kind([4, 4], 8), { isWhole: true, isOneBatch: true, microbatches: 1 });
  // Twice the second one's images would be one batch.
  assert.deepEqual(await kind([8, 4], 10), { isWhole: true, isOneBatch: false, microbatches: 1 });
  assert.deepEqual(await kind([4, 9], 8), { isWhole: false, isOneBatch: false, microbatches: 2 });
  const part = await kind([4, 4], 8, { partsPerStep: 2 });
  assert.deepEqual([part.isWhole, part.microbatches], [false, 1]);
  const uncut = await kind([4, 9], Infinity, { partsPerStep: 2 });
  assert.deepEqual([uncut.isWhole, uncut.microbatches], [false, 1], "seeds are apart by it");
});

Deno.test("stepKindOf() refuses on each worker statistics that one would wait for", async () => {
  const synchronizedBatchNorm = true;
  await assert.rejects(kind([8, 4], 4, { synchronizedBatchNorm }), {
    name: "RangeError",
    message:
      "Cannot train with synchronizedBatchNorm as workers must have equally many microbatches " +
      "of 4 images or fewer: current value is [2,1]",
  });
  assert.equal((await kind([8, 5], 4, { synchronizedBatchNorm })).microbatches, 2);
});
