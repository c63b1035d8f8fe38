import assert from "node:assert/strict";
import fc from "fast-check";
import { cutIntoParts, epochOrder } from "../../../datasets/loader/parts.ts";

const rest = { workers: 0, prefetch: 0, skipBad: 0, slice: { rank: 0, size: 1 } };

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

Deno.test("cutIntoParts() cuts slices of batches that cover each image once, those of a batch in order", () => {
  const count = fc.integer({ min: 1, max: 40 });
  const sizes = fc.integer({ min: 1, max: 7 });
  fc.assert(
    fc.property(count, count, count, sizes, fc.boolean(), (length, batchSize, most, size, drop) => {
      fc.pre(length >= batchSize || !drop);
      const plan = { ...rest, batchSize, microbatchSize: most, dropLast: drop };
      const placesOf = (rank: number) => {
        const sliced = { ...plan, slice: { rank, size } };
        const parts = cutIntoParts("aLoader", length, false, sliced);
        return Array.from({ length: parts.count }, (_, part) => parts.range(part)).flatMap(
          ([start, end]) => {
            assert.ok(end > start && end - start <= most);
            assert.equal(Math.floor(start / batchSize), Math.floor((end - 1) / batchSize));
            return Array.from({ length: end - start }, (_, i) => start + i);
          },
        );
      };
      const places = Array.from({ length: size }, (_, rank) => placesOf(rank));
      const used = drop ? length - length % batchSize : length;
      const batches = Array.from({ length: Math.ceil(used / batchSize) }, (_, i) => i);
      const inOrder = batches.flatMap((batch) =>
        places.flatMap((own) => own.filter((place) => Math.floor(place / batchSize) === batch))
      );
      assert.deepEqual(inOrder, Array.from({ length: used }, (_, i) => i));
    }),
  );
});

Deno.test("cutIntoParts() gives training slices of b images, [rank · b, (rank + 1) · b)", () => {
  const plan = { ...rest, batchSize: 12, microbatchSize: 3, dropLast: true };
  for (const rank of [0, 1, 2]) {
    const parts = cutIntoParts("aLoader", 30, true, { ...plan, slice: { rank, size: 3 } });
    assert.deepEqual([parts.batchesPerEpoch, parts.perBatch, parts.count], [2, 2, 4]);
    const first = 4 * rank;
    assert.deepEqual(parts.range(0), [first, first + 3]);
    assert.deepEqual(parts.range(1), [first + 3, first + 4]);
    assert.deepEqual(parts.range(2), [12 + first, 12 + first + 3]);
  }
});

Deno.test("cutIntoParts() throws where the slices of a training batch would differ", () => {
  const cut = (batchSize: number, dropLast: boolean) =>
    cutIntoParts("aLoader", 14, true, {
      ...{ ...rest, batchSize, microbatchSize: 4, dropLast },
      slice: { rank: 0, size: 4 },
    });
  assert.throws(() => cut(6, true), {
    name: "RangeError",
    message: /4 slices of a training batch must be equal: current value of batchSize is 6$/,
  });
  assert.throws(() => cut(8, false), { message: /last batch has 6 images; set dropLast to true/ });
  cut(8, true);
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
