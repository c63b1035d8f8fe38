import assert from "node:assert/strict";
import { TaskLoaders } from "../../../benchmarks/tasks/task_loaders.ts";
import type { LoadedBatch, Loader } from "../../../datasets/loader.ts";
import * as tf from "../../../src/tf.ts";
import { disposeBatch } from "../../../src/training/dataloader.ts";

/** A loader of two batches of two images, which passes over as many images as it is told. */
function loaderOf(bad: string[]): Loader & { closed: boolean } {
  const batch = (value: number): LoadedBatch => ({
    images: new Float32Array(2 * 4 * 4 * 3).fill(value),
    imageShape: [2, 4, 4, 3],
    labels: Int32Array.of(value, value + 1),
    labelShape: [2],
    names: ["a", "b"],
  });
  return {
    batchesPerEpoch: 2,
    microbatchesPerBatch: 1,
    skipped: bad.map((name) => ({ name, reason: `${name} is broken` })),
    closed: false,
    async *batches(epoch, firstBatch = 0) {
      for (let i = firstBatch; i < 2; i++) yield await Promise.resolve(batch(10 * epoch + i));
    },
    close() {
      this.closed = true;
      return Promise.resolve();
    },
  };
}

Deno.test("TaskLoaders gives a loader's arrays as tensors, from any batch on", async () => {
  await tf.setBackend("cpu");
  const before = tf.memory().numTensors;
  const dataloader = new TaskLoaders({}).dataloader(loaderOf([]));
  const seen: number[][] = [];
  for (const batches of [dataloader.batches(1), dataloader.batchesFrom!(2, 1)]) {
    for await (const batch of batches) {
      assert.deepEqual([batch.x.shape, batch.y.shape], [[2, 4, 4, 3], [2]]);
      assert.deepEqual([batch.x.dtype, batch.y.dtype], ["float32", "int32"]);
      seen.push([...batch.y.dataSync()]);
      disposeBatch(batch);
    }
  }
  assert.deepEqual(seen, [[10, 11], [11, 12], [21, 22]]);
  assert.equal(tf.memory().numTensors, before);
});

Deno.test("TaskLoaders counts each bad image once, and limits them over all loaders", async () => {
  await tf.setBackend("cpu");
  const loaders = new TaskLoaders({ skipBad: 2 });
  const drain = async (bad: string[]) => {
    for await (const batch of loaders.dataloader(loaderOf(bad)).batches(0)) disposeBatch(batch);
  };
  await drain(["a"]);
  await drain(["a", "b"]);
  assert.deepEqual(loaders.skipped().map(({ name }) => name), ["a", "b"]);
  await assert.rejects(drain(["c"]), {
    name: "DataError",
    message: /more than 2 bad images .*: a is broken; b is broken; c is broken$/,
  });
});

Deno.test("TaskLoaders closes every loader", async () => {
  const loaders = new TaskLoaders({});
  const both = [loaderOf([]), loaderOf([])];
  for (const loader of both) loaders.dataloader(loader);
  await loaders.close();
  assert.deepEqual(both.map(({ closed }) => closed), [true, true]);
});
