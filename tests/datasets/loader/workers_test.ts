import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { openAde20k } from "../../../datasets/ade20k/dataset.ts";
import { generateScenes } from "../../../datasets/generated/scenes.ts";
import {
  classificationLoader,
  defaultWorkers,
  type LoadedBatch,
  type Loader,
  type LoaderOptions,
  segmentationLoader,
} from "../../../datasets/loader.ts";
import { memorySplit, paintedSample, withFolder } from "../files.ts";
import { drain, namesOf, putPictures, splitOf } from "./pictures.ts";

const sanitize = { sanitizeOps: true, sanitizeResources: true };

Deno.test({
  name:
    "classificationLoader() gives the same bytes whatever workers, prefetch and first batch are",
  ...sanitize,
  fn: () =>
    withFolder(async (dir) => {
      const split = await putPictures(dir, 13);
      const options = { size: 16, batchSize: 4, microbatchSize: 3, train: true, seed: 5 };
      const expected = await drain(classificationLoader(split, { ...options, workers: 0 }), [0, 1]);
      assert.deepEqual(expected.map(({ imageShape }) => imageShape[0]), [
        3,
        1,
        3,
        1,
        3,
        1,
        3,
        1,
        3,
        1,
        3,
        1,
      ]);
      const [workers, prefetch] = [fc.constantFrom(0, 1, 3), fc.constantFrom(0, 1, 5)];
      const first = fc.integer({ min: 0, max: 3 });
      await fc.assert(
        fc.asyncProperty(workers, prefetch, first, async (workers, prefetch, first) => {
          const loader = classificationLoader(split, { ...options, workers, prefetch });
          assert.deepEqual(await drain(loader, [1], first), expected.slice(6 + 2 * first));
        }),
        { numRuns: 12 },
      );
    }),
});

/** The images of each batch, of all slices in order. */
async function* batchesOf(loaders: readonly Loader[], epoch: number, firstBatch = 0) {
  const sources = loaders.map((loader) => loader.batches(epoch, firstBatch));
  const next = async (source: AsyncGenerator<LoadedBatch>, loader: Loader) => {
    const parts: LoadedBatch[] = [];
    while (parts.length < loader.microbatchesPerBatch) {
      const { value, done } = await source.next();
      if (done) break;
      parts.push(value);
    }
    return parts;
  };
  while (true) {
    const parts = (await Promise.all(sources.map((source, i) => next(source, loaders[i]!)))).flat();
    if (parts.length === 0) break;
    yield {
      names: parts.flatMap(({ names }) => names),
      images: parts.map(({ images }) => [...images]).flat(),
      labels: parts.map(({ labels }) => [...labels]).flat(),
    };
  }
  await Promise.all(loaders.map((loader) => loader.close()));
}

const sliced = (size: number, make: (slice: { rank: number; size: number }) => Loader) =>
  Array.from({ length: size }, (_, rank) => make({ rank, size }));

Deno.test({
  name: "slices of loaders, put together, are the whole batches byte for byte, in each epoch",
  ...sanitize,
  fn: () =>
    withFolder(async (dir) => {
      const pictures = await putPictures(`${dir}/pictures`, 27);
      const { training } = await openAde20k(
        await generateScenes(`${dir}/scenes`, { training: 14, validation: 5, size: 24 }),
      );
      const kinds = [
        (options: LoaderOptions) => classificationLoader(pictures, { size: 16, ...options }),
        (options: LoaderOptions) => segmentationLoader(training, { size: 16, ...options }),
      ];
      for (const make of kinds) {
        for (const [epoch, firstBatch] of [[0, 0], [1, 0], [1, 1]] as const) {
          const options = { batchSize: 6, seed: 3, workers: 0, train: true };
          const whole = await Array.fromAsync(batchesOf([make(options)], epoch, firstBatch));
          for (const [size, microbatchSize] of [[2, 6], [3, 6], [2, 2]] as const) {
            const loaders = sliced(size, (slice) => make({ ...options, microbatchSize, slice }));
            assert.deepEqual(await Array.fromAsync(batchesOf(loaders, epoch, firstBatch)), whole);
          }
        }
      }
    }),
});

Deno.test({
  name: "slices of an evaluation give each image once, in the batches of one loader",
  ...sanitize,
  fn: () =>
    withFolder(async (dir) => {
      const split = await putPictures(dir, 11);
      const options = { size: 16, batchSize: 4, train: false, workers: 0 };
      const whole = await Array.fromAsync(batchesOf([classificationLoader(split, options)], 0));
      for (const size of [2, 3, 5]) {
        const loaders = sliced(size, (slice) => classificationLoader(split, { ...options, slice }));
        const given = await Array.fromAsync(batchesOf(loaders, 0));
        const joined = (batches: typeof whole) => ({
          names: batches.flatMap(({ names }) => names).toSorted(),
          sum: batches.flatMap(({ images }) => images).length,
        });
        assert.deepEqual(joined(given), joined(whole));
        if (size !== 5) assert.deepEqual(given, whole);
      }
    }),
});

Deno.test({
  name: "segmentationLoader() gives the same bytes from workers, cached or not",
  ...sanitize,
  fn: () =>
    withFolder(async (dir) => {
      const scenes = await generateScenes(`${dir}/scenes`, {
        training: 7,
        validation: 5,
        size: 24,
      });
      const { training, validation } = await openAde20k(scenes);
      for (const [split, train] of [[training, true], [validation, false]] as const) {
        const options = { size: 16, batchSize: 2, train, seed: 2 };
        const expected = await drain(segmentationLoader(split, { ...options, workers: 0 }), [0, 1]);
        assert.equal(expected.length, 6);
        for (const cacheBytes of [0, 10000, 2 ** 20]) {
          const loader = segmentationLoader(split, { ...options, workers: 2, cacheBytes });
          assert.deepEqual(await drain(loader, [0, 1]), expected);
        }
      }
    }),
});

Deno.test({
  name: "classificationLoader() in evaluation gives every image once, in order",
  ...sanitize,
  fn: () =>
    withFolder(async (dir) => {
      const split = await putPictures(dir, 5);
      const options = { size: 16, batchSize: 2, train: false, workers: 1 };
      const parts = await drain(classificationLoader(split, options), [3]);
      assert.deepEqual(namesOf(parts), ["p0", "p1", "p2", "p3", "p4"]);
      assert.deepEqual(parts.map(({ labelShape }) => labelShape), [[2], [2], [1]]);
      assert.deepEqual(parts.flatMap(({ labels }) => [...labels]), [0, 1, 2, 0, 1]);
    }),
});

Deno.test({
  name: "a loader's workers end when its consumer stops, fails, or closes it in the middle",
  ...sanitize,
  fn: () =>
    withFolder(async (dir) => {
      const split = await putPictures(dir, 9);
      const open = () =>
        classificationLoader(split, { size: 16, batchSize: 1, train: true, workers: 2 });
      const stopped = open();
      for await (const _ of stopped.batches(0)) break;
      for await (const part of stopped.batches(1)) {
        assert.equal(part.names.length, 1);
        break;
      }
      await stopped.close();
      const failed = open();
      await assert.rejects(async () => {
        for await (const _ of failed.batches(0)) throw new Error("the step failed");
      }, /the step failed/);
      await failed.close();
      const closed = open();
      await assert.rejects(async () => {
        for await (const _ of closed.batches(0)) await closed.close();
      }, /loader was closed/);
      await closed.close();
      await assert.rejects(() => closed.batches(1).next(), /loader was closed/);
      await open().close();
    }),
});

Deno.test("a process ends though it has closed neither its loader nor the epoch", async () => {
  await withFolder(async (dir) => {
    const split = await putPictures(dir, 6);
    const files = JSON.stringify([0, 1, 2, 3, 4, 5].map((i) => split.entry(i).file));
    const program = new URL("./unclosed_loader.ts", import.meta.url);
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--allow-read", "--allow-env", fileURLToPath(program), files],
      signal: AbortSignal.timeout(60_000),
    }).output();
    assert.deepEqual([code, new TextDecoder().decode(stdout)], [0, "a batch\n"]);
  });
});

Deno.test("a loader may be iterated twice at a time", async () => {
  await withFolder(async (dir) => {
    const split = await putPictures(dir, 6);
    const options = { size: 16, batchSize: 2, train: true };
    const expected = await drain(classificationLoader(split, { ...options, workers: 0 }), [0, 1]);
    for (const workers of [0, 2]) {
      const loader = classificationLoader(split, { ...options, workers });
      const both = await Promise.all([0, 1].map((epoch) => Array.fromAsync(loader.batches(epoch))));
      await loader.close();
      assert.deepEqual(both.flat(), expected);
    }
  });
});

Deno.test("a loader prepares `prefetch` parts ahead of the one in use, and no more", async () => {
  await withFolder(async (dir) => {
    const files = await putPictures(dir, 12);
    const wanted: number[] = [];
    const split = {
      length: files.length,
      entry(index: number) {
        wanted.push(index);
        return files.entry(index);
      },
    };
    const options = { size: 16, batchSize: 1, train: false, workers: 2, prefetch: 3 };
    const loader = classificationLoader(split, options);
    let taken = 0;
    for await (const _ of loader.batches(0)) {
      taken++;
      await new Promise((resolve) => setTimeout(resolve, 20));
      assert.equal(Math.max(...wanted), Math.min(taken + 3, 12) - 1);
    }
    await loader.close();
    assert.equal(taken, 12);
  });
});

Deno.test("a loader throws RangeError when an option is out of range", () => {
  const split = splitOf(9, () => "");
  const make = (options: object) => () =>
    classificationLoader(split, { size: 8, batchSize: 4, train: true, ...options });
  for (const name of ["workers", "prefetch", "skipBad", "microbatchSize", "batchSize", "size"]) {
    for (const value of [-1, 1.5, NaN]) {
      const message = new RegExp(
        `Cannot make a classificationLoader as ${name} must be an integer`,
      );
      assert.throws(make({ [name]: value }), { name: "RangeError", message });
    }
  }
  assert.throws(make({ resizeTo: 7 }), {
    name: "RangeError",
    message: /resizeTo must be an integer >= 8: current value is 7/,
  });
  assert.throws(make({ microbatchSize: 1, dropLast: false }), {
    name: "RangeError",
    message: /must come in 4 parts: the incomplete last batch has 1 images/,
  });
  assert.throws(make({ seed: 0.5 }), { name: "RangeError", message: /seed must be an integer/ });
  assert.throws(make({ minArea: 2 }), { name: "RangeError", message: /0 < minArea <= maxArea/ });
  const painted = memorySplit([paintedSample("a", 4, 4, () => 1)]);
  assert.throws(
    () => segmentationLoader(painted, { size: 8, batchSize: 1, train: true, workers: 1 }),
    { name: "RangeError", message: /workers must be 0 where the split has no method "entry"/ },
  );
  const scaleRange = [2, 1] as const;
  assert.throws(
    () => segmentationLoader(painted, { size: 8, batchSize: 1, train: true, scaleRange }),
    { name: "RangeError", message: /scaleRange must be two rising numbers > 0/ },
  );
});

Deno.test("a loader throws RangeError when an epoch is no integer, or would begin before it", async () => {
  const loader = classificationLoader(splitOf(4, () => ""), { size: 8, batchSize: 2, train: true });
  for (const [epoch, firstBatch] of [[-1, 0], [0.5, 0], [0, -1], [0, NaN]] as const) {
    await assert.rejects(() => loader.batches(epoch, firstBatch).next(), {
      name: "RangeError",
      message: /epoch and firstBatch must be integers >= 0: current values are/,
    });
  }
  assert.ok((await loader.batches(0, 2).next()).done);
  await loader.close();
});

Deno.test("defaultWorkers() leaves a processor free, where there is more than one", () => {
  assert.deepEqual([1, 2, 4, 9, 64].map(defaultWorkers), [1, 1, 3, 8, 8]);
});
