import assert from "node:assert/strict";
import { DataError } from "../../../datasets/errors.ts";
import {
  classificationLoader,
  type ClassificationLoaderOptions,
} from "../../../datasets/loader.ts";
import { withFolder } from "../files.ts";
import { drain, namesOf, putPictures } from "./pictures.ts";

const base = { size: 8, batchSize: 3, train: false, dropLast: false };

Deno.test("a loader puts the next good image in a bad one's place, with workers or without", async () => {
  await withFolder(async (dir) => {
    const split = await putPictures(dir, 10, [2, 5, 6, 9]);
    const good = await drain(classificationLoader(split, { ...base, skipBad: 4, workers: 0 }), [0]);
    assert.deepEqual(
      namesOf(good),
      [..."0137".slice(0, 2), "3", "3", "4", "7", "7", "7", "8", "0"].map((n) => `p${n}`),
    );
    assert.deepEqual(good.flatMap(({ labels }) => [...labels]), [0, 1, 0, 0, 1, 1, 1, 1, 2, 0]);
    assert.deepEqual(good.map(({ imageShape }) => imageShape[0]), [3, 3, 3, 1]);
    const [first] = good;
    assert.deepEqual(first?.images.slice(2 * 192), good[1]?.images.slice(0, 192));
    for (const [workers, prefetch] of [[0, 0], [1, 2], [3, 5]] as const) {
      const loader = classificationLoader(split, { ...base, skipBad: 4, workers, prefetch });
      assert.deepEqual(await drain(loader, [0]), good);
      assert.deepEqual(loader.skipped.map(({ name }) => name), ["p2", "p5", "p6", "p9"]);
      assert.match(loader.skipped[0]?.reason ?? "", /2\.JPEG/);
    }
  });
});

Deno.test("a loader lists what its consumer has come to, each bad image once over all epochs", async () => {
  await withFolder(async (dir) => {
    const split = await putPictures(dir, 9, [3, 8]);
    const loader = classificationLoader(split, { ...base, skipBad: 2, workers: 2, prefetch: 3 });
    const seen: number[] = [];
    for (const epoch of [0, 1]) {
      for await (const _ of loader.batches(epoch)) seen.push(loader.skipped.length);
    }
    await loader.close();
    assert.deepEqual(seen, [0, 1, 2, 2, 2, 2]);
  });
});

Deno.test("a loader throws DataError at the first image that may not be skipped, whatever the workers", async () => {
  await withFolder(async (dir) => {
    const split = await putPictures(dir, 9, [1, 4, 7]);
    const fail = async (options: Partial<ClassificationLoaderOptions>) => {
      const loader = classificationLoader(split, { ...base, ...options });
      let parts = 0;
      try {
        for await (const _ of loader.batches(0)) parts++;
      } catch (error) {
        assert.ok(error instanceof DataError);
        return { parts, message: error.message, skipped: loader.skipped.map(({ name }) => name) };
      } finally {
        await loader.close();
      }
      return assert.fail();
    };
    for (const skipBad of [0, 1, 2]) {
      const expected = await fail({ skipBad, workers: 0 });
      assert.equal(expected.parts, skipBad);
      assert.match(expected.message, new RegExp(`${1 + 3 * skipBad}\\.JPEG`));
      assert.deepEqual(expected.skipped, ["p1", "p4"].slice(0, skipBad));
      if (skipBad === 2) {
        assert.match(expected.message, /skipBad is 2, and these were skipped before: p1, p4/);
      }
      assert.deepEqual(await fail({ skipBad, workers: 2, prefetch: 4 }), expected);
    }
  });
});

Deno.test("a loader in training skips the same images whatever the workers, and repeats the epoch", async () => {
  await withFolder(async (dir) => {
    const split = await putPictures(dir, 12, [0, 6, 7]);
    const options = { size: 8, batchSize: 4, microbatchSize: 2, train: true, skipBad: 3 };
    const run = async (workers: number) => {
      const loader = classificationLoader(split, { ...options, workers });
      return { parts: await drain(loader, [0, 1]), skipped: loader.skipped };
    };
    const expected = await run(0);
    assert.equal(expected.skipped.length, 3);
    assert.ok(!namesOf(expected.parts).some((name) => ["p0", "p6", "p7"].includes(name)));
    assert.deepEqual(await run(3), expected);
  });
});

Deno.test("a loader throws DataError when no image at all can be used", async () => {
  await withFolder(async (dir) => {
    const split = await putPictures(dir, 3, [0, 1, 2]);
    for (const workers of [0, 2]) {
      const loader = classificationLoader(split, { ...base, skipBad: 100, workers });
      await assert.rejects(drain(loader, [0]), {
        name: "DataError",
        message: /none of the 3 can be used/,
      });
    }
  });
});

Deno.test("a loader takes a file that has vanished for a bad image", async () => {
  await withFolder(async (dir) => {
    const split = await putPictures(dir, 4);
    await Deno.remove(`${dir}/1.JPEG`);
    const loader = classificationLoader(split, { ...base, skipBad: 1, workers: 1 });
    assert.deepEqual(namesOf(await drain(loader, [0])), ["p0", "p2", "p2", "p3"]);
    const strict = classificationLoader(split, { ...base, workers: 1 });
    await assert.rejects(drain(strict, [0]), { name: "DataError", message: /1\.JPEG/ });
  });
});

Deno.test("slices put the same images in the places of bad ones as the whole batch has", async () => {
  await withFolder(async (dir) => {
    const split = await putPictures(dir, 12, [0, 5, 6, 11]);
    const options = { size: 8, batchSize: 6, train: true, skipBad: 4, workers: 0 };
    const whole = await drain(classificationLoader(split, options), [0, 1]);
    for (const size of [2, 3]) {
      const loaders = Array.from(
        { length: size },
        (_, rank) => classificationLoader(split, { ...options, slice: { rank, size } }),
      );
      const slices = await Promise.all(loaders.map((loader) => drain(loader, [0, 1])));
      const namesIn = (batch: number) => slices.flatMap((slice) => slice[batch]!.names);
      const pixelsIn = (batch: number) => slices.flatMap((slice) => [...slice[batch]!.images]);
      assert.deepEqual(whole.map((_, i) => namesIn(i)), whole.map(({ names }) => names));
      assert.deepEqual(whole.map((_, i) => pixelsIn(i)), whole.map(({ images }) => [...images]));
      const skipped = new Set(loaders.flatMap(({ skipped }) => skipped.map(({ name }) => name)));
      assert.deepEqual([...skipped].sort(), ["p0", "p11", "p5", "p6"]);
    }
  });
});
