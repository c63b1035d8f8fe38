import assert from "node:assert/strict";
import { join } from "node:path";
import { openAde20k } from "../../datasets/ade20k/dataset.ts";
import { type OrientedImage, orientedImages } from "../../datasets/oriented_images.ts";
import { unseenLabels } from "../../datasets/unseen_labels.ts";
import {
  countLabels,
  memorySplit,
  paintedSample,
  picture,
  put,
  putPair,
  withFolder,
} from "./files.ts";
import { oriented, turned, zeroBased } from "./fixtures/masked.ts";

Deno.test("countLabels() counts at the masks' own size, and at the size of the scores", async () => {
  const split = memorySplit([
    paintedSample("small", 2, 2, () => 1),
    paintedSample("large", 5, 4, (x) => x < 2 ? 0 : -1),
  ]);
  const counts = await countLabels(split, 3, 10);
  assert.deepEqual([...counts.pixels], [8, 4, 0]);
  assert.deepEqual([counts.ignored, counts.masks], [12, 2]);
  assert.deepEqual([...counts.resized], [40, 100, 0]);
});

Deno.test("countLabels() lists the pictures with an orientation", async () => {
  await withFolder(async (dir) => {
    const mask = zeroBased[0]!.mask; // of the pictures' size as it is stored
    for (const [i, { bytes, form }] of oriented.slice(0, 9).entries()) {
      await put(dir, `images/validation/${i}.${form === "PNG" ? "png" : "jpg"}`, bytes);
      await put(dir, `annotations/validation/${i}.png`, mask);
    }
    const { training, validation } = await openAde20k(dir, { classes: 2 });
    const found = await orientedImages(validation);
    const counts = await countLabels(validation, 2, 8);
    const byName = (a: OrientedImage, b: OrientedImage) => a.name < b.name ? -1 : 1;
    assert.deepEqual(found.oriented.sort(byName), counts.oriented);
    assert.equal(found.looked, 9);
    assert.equal((await orientedImages(validation, 4)).looked, 4);
    assert.deepEqual(await orientedImages(training), { oriented: [], looked: 0 });
    assert.deepEqual(
      (await orientedImages(memorySplit([paintedSample("a", 1, 1, () => 0)]))).oriented,
      [],
    );
    assert.deepEqual(
      counts.oriented,
      [3, 4, 5, 6, 7, 8].map((i) => ({
        name: `${i}`,
        orientation: i < 6 ? 2 : 3,
      })),
    );
  });
});

Deno.test("orientedImages() passes over pictures that are damaged", async () => {
  await withFolder(async (dir) => {
    for (const [i, { bytes, form }] of oriented.entries()) {
      await put(dir, `images/training/${i}.${form === "PNG" ? "png" : "jpg"}`, bytes);
      await put(dir, `annotations/training/${i}.png`, zeroBased[0]!.mask);
    }
    const { training } = await openAde20k(dir, { classes: 2 });
    const before = await orientedImages(training);
    await Deno.truncate(`${dir}/images/training/0.jpg`, 0);
    assert.deepEqual(await orientedImages(training), before);
  });
});

Deno.test("a mask made for the turned picture is told, and the advice mends it", async () => {
  await withFolder(async (dir) => {
    await put(dir, "images/validation/a.jpg", turned.picture);
    await put(dir, "annotations/validation/a.png", turned.mask);
    const { validation } = await openAde20k(dir, { classes: 2 });
    await assert.rejects(validation.read(0), {
      name: "DataError",
      message:
        /a\.jpg as it has the EXIF orientation 6, .*: turn the picture's pixels .*exif_transpose/,
    });
    await put(dir, "images/validation/a.jpg", turned.mended);
    const { width, height, orientation } = await validation.read(0);
    assert.deepEqual([width, height, orientation], [6, 8, undefined]);
    // Another size is still another size.
    await put(dir, "images/validation/a.jpg", picture(5, 8));
    await assert.rejects(validation.read(0), { message: /make the mask anew/ });
  });
});

Deno.test("masks that count from 0 lose a class, and the advice mends them", async () => {
  await withFolder(async (dir) => {
    for (const [i, { mask, mended }] of zeroBased.entries()) {
      await put(dir, `images/validation/${i}.png`, picture(8, 6));
      await put(dir, `annotations/validation/${i}.png`, mask);
      const set = await openAde20k(dir, { classes: 2 });
      const before = await countLabels(set.validation, 2, 8);
      assert.deepEqual([[...before.pixels].slice(1), before.ignored], [[0], 24]);
      await put(dir, `annotations/validation/${i}.png`, mended);
      const after = await countLabels(set.validation, 2, 8);
      assert.deepEqual([[...after.pixels], after.ignored], [[24, 24], 0]);
      await Deno.remove(join(dir, `images/validation/${i}.png`));
      await Deno.remove(join(dir, `annotations/validation/${i}.png`));
    }
  });
});

Deno.test("unseenLabels() finds what no mask holds, and stops where all are found", async () => {
  const split = memorySplit(
    Array.from({ length: 40 }, (_, i) => paintedSample(`${i}`, 2, 1, (x) => x === 0 ? 0 : i % 5)),
  );
  assert.deepEqual((await unseenLabels(split, [0, 4])).labels, []);
  assert.ok(split.reads < 40, `${split.reads}`);
  assert.deepEqual(await unseenLabels(split, [7, 3, 6]), { labels: [6, 7], masks: 40 });
  assert.deepEqual(await unseenLabels(split, [7], 10), { labels: [7], masks: 10 });
});

Deno.test("unseenLabels() reads masks alone, and passes over those that are damaged", async () => {
  await withFolder(async (dir) => {
    for (const name of ["a", "b", "c"]) await putPair(dir, "training", name);
    await put(dir, "images/training/a.png", "no picture");
    await put(dir, "annotations/training/b.png", "no mask");
    const { training } = await openAde20k(dir, { classes: 4 });
    assert.deepEqual(await unseenLabels(training, [0, 1, 2, 3]), { labels: [3], masks: 3 });
  });
});
