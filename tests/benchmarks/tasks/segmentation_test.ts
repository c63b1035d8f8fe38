import assert from "node:assert/strict";
import { profiles } from "../../../benchmarks/experiments/profiles/ade20k.ts";
import { segmentationTasks } from "../../../benchmarks/tasks/segmentation.ts";
import { encodeGrayPng } from "../../../datasets/images/png.ts";
import * as tf from "../../../src/tf.ts";
import { disposeBatch } from "../../../src/training/dataloader.ts";
import { put, withFolder } from "../../datasets/files.ts";
import { writeData } from "../ade20k_data.ts";

const size = 32;
/** Nothing but a flip and colours changes the pixels. */
const still = { imageSize: size, batchSize: 8, minScale: 1, maxScale: 1, panelImages: 0 };

/** The values of each training image of an epoch, sorted: a flip leaves them as they are. */
async function valuesOf(data: string, photometric: boolean, epoch: number): Promise<Set<string>> {
  await tf.setBackend("cpu");
  const source = segmentationTasks(data);
  const task = await source.task({ ...profiles.quick!, ...still, photometric });
  const found = new Set<string>();
  try {
    for await (const batch of task.trainDataloader(0)!.batches(epoch)) {
      const all = batch.x.dataSync<"float32">();
      const length = 3 * size * size;
      for (let i = 0; i < all.length; i += length) {
        found.add(all.slice(i, i + length).sort().join());
      }
      disposeBatch(batch);
    }
  } finally {
    await source.close();
  }
  return found;
}

Deno.test("segmentationTasks() leaves colours alone where photometric is false", () =>
  withFolder(async (data) => {
    await writeData(data);
    const [first, second] = [await valuesOf(data, false, 0), await valuesOf(data, false, 1)];
    assert.equal(first.size, 8);
    assert.deepEqual(second, first);
    const distorted = await valuesOf(data, true, 0);
    assert.ok(distorted.difference(first).size >= 5, "most of the images are distorted");
  }));

Deno.test("segmentationTasks() tells the share of pixels that masks of one class ignore", () =>
  withFolder(async (data) => {
    await writeData(data);
    const mask = encodeGrayPng(
      Uint8Array.from({ length: size * size }, (_, i) => i % 8 === 0 ? 1 : 0),
      size,
      size,
    );
    for (let i = 0; i < 8; i++) await put(data, `annotations/validation/${i}.png`, mask);
    const source = segmentationTasks(data);
    try {
      await assert.rejects(source.task({ ...profiles.quick!, ...still }), {
        name: "DataError",
        message: /hold the class "class 0" \(1\) alone, and 87\.5 % of their pixels are 0/,
      });
    } finally {
      await source.close();
    }
  }));
