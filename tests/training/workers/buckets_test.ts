import assert from "node:assert/strict";
import * as tf from "../../../src/tf.ts";
import { bucketsOf, sumInBuckets } from "../../../src/training/workers/buckets.ts";
import { newScope, nextSum, withSums } from "../../../src/training/workers/sum_numbers.ts";
import type { WorkerGroup } from "../../../src/training/workers/worker_group.ts";
import { forEachBackend } from "../../backends.ts";

const MB = 2 ** 20;

/** Doubles what it is given, as if another worker had the same, and notes what went together. */
function twin(messages: number[] = []): WorkerGroup {
  return {
    rank: 0,
    size: 2,
    signal: new AbortController().signal,
    sum(tensors) {
      messages.push(tensors.length);
      return tensors.map((tensor) => tf.add(tensor, tensor));
    },
    exchange: (bytes) => Promise.resolve([bytes, bytes]),
    explain: (error) => Promise.resolve(error),
    abort() {},
  };
}

Deno.test("bucketsOf() sends large tensors alone, and small ones together", () => {
  assert.deepEqual(bucketsOf([]), []);
  assert.deepEqual(bucketsOf([4, 8 * MB, 4]), [[1], [0, 2]]);
  assert.deepEqual(bucketsOf([3 * MB, 3 * MB, 4, 4 * MB]), [[0, 1], [3], [2]]);
});

Deno.test("bucketsOf() leaves out what is missing, and nothing else", () => {
  assert.deepEqual(bucketsOf([undefined, 4, undefined, 5 * MB, 4]), [[3], [1, 4]]);
});

forEachBackend("sumInBuckets() gives sums in order", () => {
  const messages: number[] = [];
  tf.tidy(() => {
    const tensors = [tf.scalar(1), undefined, tf.fill([2 ** 20], 2), tf.tensor1d([3, 4])];
    const sums = sumInBuckets(twin(messages), tensors);
    assert.equal(sums[1], undefined);
    assert.deepEqual(sums.map((sum) => sum?.shape), [[], undefined, [2 ** 20], [2]]);
    assert.deepEqual(Array.from(sums[3]!.dataSync()), [6, 8]);
    assert.equal(sums[0]!.dataSync()[0], 2);
  });
  assert.deepEqual(messages, [1, 2]);
}, ["cpu"]);

Deno.test("nextSum() numbers a step's sums from the same number at every run", () => {
  const group = twin();
  const [first, second] = [newScope(group), newScope(group)];
  const numbers = (scope: number) => withSums(scope, () => [nextSum(), nextSum()]);
  assert.deepEqual(numbers(first), [0, 1]);
  assert.deepEqual(numbers(first), [0, 1]);
  const others = numbers(second);
  assert.ok(others[0]! > 1);
  assert.equal(others[1], others[0]! + 1);
  assert.equal(newScope(twin()), 0);
});

Deno.test("nextSum() wants a step", () => {
  assert.throws(nextSum, {
    name: "TypeError",
    message: "Cannot sum over workers as a step must be running: current value is undefined",
  });
});
