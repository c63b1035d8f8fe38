import assert from "node:assert/strict";
import { join } from "node:path";
import { openAde20k } from "../../../datasets/ade20k/dataset.ts";
import { generateScenes } from "../../../datasets/generated/scenes.ts";
import { resizeNearest } from "../../../datasets/images/resize.ts";
import type { LabelCounts } from "../../../datasets/label_counts.ts";
import { segmentationLoader, type SegmentationLoaderOptions } from "../../../datasets/loader.ts";
import type { Split } from "../../../datasets/sample.ts";
import { mask, picture, put, putPair, withFolder } from "../files.ts";

const base = { batchSize: 2, size: 40, train: false };

/** The counts by their definition, from whole samples. */
async function plainCounts(split: Split, classes: number, size: number): Promise<LabelCounts> {
  const [pixels, resized] = [new Float64Array(classes), new Float64Array(classes)];
  const counts: LabelCounts = { masks: split.length, pixels, ignored: 0, resized, oriented: [] };
  for (const [index, name] of split.names.entries()) {
    const { labels, width, height, orientation } = await split.read(index);
    for (const label of labels) label < 0 ? counts.ignored++ : pixels[label]!++;
    for (const label of resizeNearest(labels, width, height, size, size)) {
      if (label >= 0) resized[label]!++;
    }
    if (orientation !== undefined) counts.oriented.push({ name, orientation });
  }
  return counts;
}

async function counted(
  split: Split,
  classes: number,
  options: Partial<SegmentationLoaderOptions>,
): Promise<LabelCounts> {
  const loader = segmentationLoader(split, { ...base, ...options });
  try {
    return await loader.countLabels(classes);
  } finally {
    await loader.close();
  }
}

async function checkCounts(split: Split, classes: number): Promise<void> {
  const wanted = await plainCounts(split, classes, base.size);
  for (const workers of [0, 1, 3]) {
    assert.deepEqual(await counted(split, classes, { workers }), wanted, `${workers} workers`);
  }
}

Deno.test("countLabels() counts what whole samples hold, with workers or without", async () => {
  await withFolder(async (dir) => {
    const set = await generateScenes(join(dir, "set"), { training: 0, validation: 53, size: 48 });
    await checkCounts((await openAde20k(set)).validation, 6);
  });
});

const data = Deno.env.get("WS_TEST_DATA");
Deno.test({
  name: "countLabels() counts what CamVid's and ADE20k's whole samples hold",
  ignore: data === undefined,
  fn: async () => {
    for (const name of ["camvid", "ade20k-sample"]) {
      const { validation, classes } = await openAde20k(join(data ?? "", name));
      await checkCounts(validation, classes);
    }
  },
});

Deno.test("countLabels() decodes no picture, and starts no decoder", async () => {
  await withFolder(async (dir) => {
    await putPair(dir, "validation", "a");
    const wrongData = picture(4, 2).map((byte, at) => at === 44 ? byte ^ 255 : byte);
    await put(dir, "images/validation/a.png", wrongData);
    const { validation } = await openAde20k(dir, { classes: 3 });
    await assert.rejects(validation.read(0), { name: "DataError" });
    const decoder = new URL("decoders/failing.ts", import.meta.url).href;
    for (const workers of [0, 1]) {
      const counts = await counted(validation, 3, { batchSize: 1, workers, decoder });
      assert.deepEqual([[...counts.pixels], counts.ignored, counts.masks], [[2, 2, 2], 2, 1]);
    }
  });
});

Deno.test("countLabels() throws what reading a whole sample throws", async () => {
  const bad: [file: string, bytes: Uint8Array | string][] = [
    ["images/validation/a.png", ""],
    ["images/validation/a.png", picture(4, 2).subarray(0, -5)],
    ["images/validation/a.png", picture(2, 4)],
    ["annotations/validation/a.png", mask(4, 2, [0, 1, 2, 3, 4, 3, 2, 1])],
    ["annotations/validation/a.png", mask(4, 2, [0, 1, 2, 3, 0, 1, 2, 3]).subarray(0, -5)],
  ];
  await withFolder(async (dir) => {
    for (const [file, bytes] of bad) {
      await putPair(dir, "validation", "a");
      await put(dir, file, bytes);
      const { validation } = await openAde20k(dir, { classes: 3 });
      const error: Error = await validation.read(0).then(() => assert.fail(file), (error) => error);
      const { name, message } = error;
      assert.equal(name, "DataError");
      for (const workers of [0, 1]) {
        const options = { batchSize: 1, workers };
        await assert.rejects(counted(validation, 3, options), { name, message });
      }
    }
  });
});

/** A split of 60 masks, of which some are no PNG. */
async function splitWithBad(dir: string, bad: readonly number[]): Promise<Split> {
  for (let i = 0; i < 60; i++) {
    const name = `${i}`.padStart(2, "0");
    await putPair(dir, "validation", name);
    if (bad.includes(i)) await put(dir, `annotations/validation/${name}.png`, "no mask");
  }
  return (await openAde20k(dir, { classes: 3 })).validation;
}

Deno.test("countLabels() leaves out bad masks up to skipBad, and throws the first beyond it", async () => {
  await withFolder(async (dir) => {
    const split = await splitWithBad(dir, [18, 33, 59]);
    for (const workers of [0, 3]) {
      const counts = await counted(split, 3, { workers, skipBad: 3 });
      assert.deepEqual([counts.masks, [...counts.pixels], counts.ignored], [
        57,
        [114, 114, 114],
        114,
      ]);
      await assert.rejects(counted(split, 3, { workers }), {
        name: "DataError",
        message: /18\.png/,
      });
      await assert.rejects(counted(split, 3, { workers, skipBad: 1 }), {
        name: "DataError",
        message: /33\.png .*\(skipBad is 1, and passed over were: 18\)$/,
      });
    }
  });
});

Deno.test("countLabels() throws where no mask at all can be used", async () => {
  await withFolder(async (dir) => {
    const split = await splitWithBad(dir, Array.from({ length: 60 }, (_, i) => i));
    await assert.rejects(counted(split, 3, { workers: 0, skipBad: 99 }), {
      name: "DataError",
      message: /00\.png .*; none of the 60 can be used$/,
    });
  });
});

Deno.test("countLabels() goes along with batches, and ends with its loader", async () => {
  await withFolder(async (dir) => {
    const split = await splitWithBad(dir, []);
    const loader = segmentationLoader(split, { ...base, workers: 2 });
    const counting = loader.countLabels(3);
    const names: string[] = [];
    for await (const batch of loader.batches(0)) names.push(...batch.names);
    assert.deepEqual(names, split.names);
    assert.equal((await counting).masks, 60);
    const late = assert.rejects(loader.countLabels(3), /the loader was closed/);
    await loader.close();
    await late;
    await assert.rejects(loader.countLabels(3), /the loader was closed/);
  });
});
