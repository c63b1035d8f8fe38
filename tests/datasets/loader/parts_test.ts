import assert from "node:assert/strict";
import fc from "fast-check";
import { cutIntoParts, epochOrder } from "../../../datasets/loader/parts.ts";

const rest = { workers: 0, prefetch: 0, skipBad: 0 };

Deno.test("cutIntoParts() cuts batches into parts that cover each image once", () => {
  const count = fc.integer({ min: 1, max: 40 });
  fc.assert(
    fc.property(
      count,
      count,
      count,
      fc.boolean(),
      (length, batchSize, microbatchSize, dropLast) => {
        fc.pre(length >= batchSize || !dropLast);
        const plan = { batchSize, microbatchSize, dropLast, ...rest };
        const parts = cutIntoParts("aLoader", length, false, plan);
        const ranges = Array.from({ length: parts.count }, (_, part) => parts.range(part));
        const used = dropLast ? length - length % batchSize : length;
        assert.equal(ranges.at(-1)?.[1], used);
        ranges.forEach(([start, end], i) => {
          assert.equal(start, ranges[i - 1]?.[1] ?? 0);
          assert.ok(end > start && end - start <= microbatchSize);
          assert.equal(Math.floor(start / batchSize), Math.floor((end - 1) / batchSize));
          assert.equal(Math.floor(start / batchSize), Math.floor(i / parts.perBatch));
        });
        assert.equal(parts.batchesPerEpoch, Math.ceil(used / batchSize));
      },
    ),
  );
});

Deno.test("epochOrder() is a permutation by seed and epoch, and in evaluation the order itself", () => {
  const orderOf = (train: boolean, seed: number, epoch: number) =>
    Array.from({ length: 50 }, (_, place) => epochOrder(50, train, seed, epoch)(place));
  const sorted = Array.from({ length: 50 }, (_, i) => i);
  assert.deepEqual(orderOf(false, 1, 2), sorted);
  assert.deepEqual(orderOf(true, 1, 2).toSorted((a, b) => a - b), sorted);
  assert.deepEqual(orderOf(true, 1, 2), orderOf(true, 1, 2));
  assert.notDeepEqual(orderOf(true, 1, 2), orderOf(true, 1, 3));
  assert.notDeepEqual(orderOf(true, 1, 2), orderOf(true, 2, 2));
});
