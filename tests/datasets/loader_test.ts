import assert from "node:assert/strict";
import { type LoadedBatch, type Loader, segmentationLoader } from "../../datasets/loader.ts";
import { generatorFor } from "../../datasets/random.ts";
import type { Split } from "../../datasets/sample.ts";
import { transformForTraining } from "../../datasets/transforms/training.ts";
import { memorySplit, paintedSample } from "./files.ts";

const samples = Array.from(
  { length: 10 },
  (_, i) => paintedSample(`s${i}`, 12, 9, (x, y) => (x + y + i) % 5),
);
const sanitize = { sanitizeOps: true, sanitizeResources: true };

function all(loader: Loader, epoch: number): Promise<LoadedBatch[]> {
  return Array.fromAsync(loader.batches(epoch));
}

Deno.test({
  name: "segmentationLoader() in training shuffles, and drops the incomplete last batch",
  ...sanitize,
  fn: async () => {
    const loader = segmentationLoader(memorySplit(samples), {
      batchSize: 4,
      size: 8,
      train: true,
    });
    const batches = await all(loader, 0);
    assert.equal(loader.batchesPerEpoch, 2);
    assert.equal(batches.length, 2);
    for (const { images, imageShape, labels, labelShape } of batches) {
      assert.deepEqual(imageShape, [4, 8, 8, 3]);
      assert.deepEqual(labelShape, [4, 8, 8]);
      assert.deepEqual([images.length, labels.length], [4 * 8 * 8 * 3, 4 * 8 * 8]);
    }
    const names = batches.flatMap((batch) => batch.names);
    assert.equal(new Set(names).size, 8);
    assert.notDeepEqual(names, names.toSorted());
    const next = (await all(loader, 1)).flatMap((batch) => batch.names);
    assert.notDeepEqual(next, names);
  },
});

Deno.test("segmentationLoader() in evaluation keeps the order and every image", async () => {
  const loader = segmentationLoader(memorySplit(samples), {
    batchSize: 4,
    size: 8,
    train: false,
  });
  const batches = await all(loader, 0);
  assert.equal(loader.batchesPerEpoch, 3);
  assert.deepEqual(batches.map(({ imageShape }) => imageShape[0]), [4, 4, 2]);
  assert.deepEqual(batches.flatMap(({ names }) => names), samples.map(({ name }) => name));
  const again = await all(loader, 5);
  assert.deepEqual(again, batches);
});

Deno.test("segmentationLoader() gives an image's augmentation by seed, epoch and index alone", async () => {
  const options = { size: 8, train: true, seed: 3 };
  const byName = new Map<string, Float32Array>();
  for (const batchSize of [1, 2, 5]) {
    const loader = segmentationLoader(memorySplit(samples), { ...options, batchSize });
    for (const { images, names } of await all(loader, 7)) {
      names.forEach((name, i) => {
        const image = images.slice(i * 192, (i + 1) * 192);
        assert.deepEqual(image, byName.get(name) ?? image);
        byName.set(name, image);
      });
    }
  }
  const sample = samples[4] ?? assert.fail();
  const direct = transformForTraining(sample, { size: 8 }, generatorFor(3, 7, 4));
  assert.deepEqual(byName.get("s4"), direct.image);
});

Deno.test("segmentationLoader() gives the same epoch again, and another one for another seed", async () => {
  const loaderOf = (seed: number) =>
    segmentationLoader(memorySplit(samples), { batchSize: 5, size: 8, train: true, seed });
  const once = await all(loaderOf(1), 2);
  const loader = loaderOf(1);
  await all(loader, 0);
  assert.deepEqual(await all(loader, 2), once);
  assert.notDeepEqual(await all(loaderOf(2), 2), once);
});

Deno.test("segmentationLoader() prepares one batch ahead and no more", async () => {
  const split = memorySplit(samples);
  const loader = segmentationLoader(split, {
    batchSize: 2,
    size: 8,
    train: true,
    cacheBytes: 0,
  });
  let taken = 0;
  for await (const _ of loader.batches(0)) {
    taken += 2;
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(split.reads, Math.min(taken + 2, 10));
  }
  assert.equal(split.reads, 10);
});

Deno.test({
  name: "segmentationLoader() leaves nothing running when its consumer stops early",
  ...sanitize,
  fn: async () => {
    let reading = 0;
    const slow: Split = {
      ...memorySplit(samples),
      read: async (index) => {
        reading++;
        await new Promise((resolve) => setTimeout(resolve, 2));
        reading--;
        return samples[index] ?? assert.fail();
      },
    };
    const loader = segmentationLoader(slow, { batchSize: 2, size: 8, train: true });
    for await (const batch of loader.batches(0)) {
      assert.equal(batch.names.length, 2);
      break;
    }
    assert.equal(reading, 0);
    await assert.rejects(async () => {
      for await (const _ of loader.batches(1)) throw new Error("the step failed");
    }, /the step failed/);
    assert.equal(reading, 0);
  },
});

Deno.test({
  name: "segmentationLoader() throws a reader's error at the batch it belongs to",
  ...sanitize,
  fn: async () => {
    const bad: Split = {
      ...memorySplit(samples),
      read: (index) =>
        index === 5
          ? Promise.reject(new Error("s5 is corrupt"))
          : Promise.resolve(samples[index] ?? assert.fail()),
    };
    const loader = segmentationLoader(bad, { batchSize: 2, size: 8, train: false });
    let whole = 0;
    await assert.rejects(async () => {
      for await (const _ of loader.batches(0)) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        whole++;
      }
    }, /s5 is corrupt/);
    assert.equal(whole, 2);
    // Stopping before the bad batch, which is being prepared already, is no error.
    for await (const _ of loader.batches(0)) if (++whole === 4) break;
  },
});

Deno.test("segmentationLoader() throws RangeError when no batch can be made", () => {
  const make = (
    count: number,
    options: { batchSize: number; train: boolean; dropLast?: boolean },
  ) => segmentationLoader(memorySplit(samples.slice(0, count)), { size: 8, ...options });
  assert.throws(() => make(3, { batchSize: 4, train: true }), {
    name: "RangeError",
    message: /batchSize must be <= 3.*current value is 4; lower batchSize to 3/,
  });
  assert.throws(() => make(0, { batchSize: 1, train: false }), {
    name: "RangeError",
    message: /use a data set that has this part/,
  });
  assert.equal(make(3, { batchSize: 4, train: true, dropLast: false }).batchesPerEpoch, 1);
  assert.equal(make(3, { batchSize: 4, train: false }).batchesPerEpoch, 1);
  for (const batchSize of [0, -1, 1.5, NaN]) {
    assert.throws(() => make(3, { batchSize, train: true }), {
      name: "RangeError",
      message: /batchSize must be an integer > 0/,
    });
    const options = { batchSize: 1, size: batchSize, train: true };
    assert.throws(() => segmentationLoader(memorySplit(samples), options), {
      name: "RangeError",
      message: /size must be an integer > 0/,
    });
  }
});
