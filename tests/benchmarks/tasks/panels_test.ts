/** Candidates for panels, and panels of images that are no squares. */
import assert from "node:assert/strict";
import type { Split } from "../../../datasets/sample.ts";
import { decode } from "fast-png";
import type { LoadedBatch } from "../../../datasets/loader.ts";
import { normalize } from "../../../datasets/transforms/normalize.ts";
import * as tf from "../../../src/tf.ts";
import { panelImagesOf, panelsOf, predictPanels } from "../../../benchmarks/tasks/panels.ts";

/** Images of one pixel, named by their place. */
function splitOf(length: number): Split {
  const names = Array.from({ length }, (_, i) => `image${i}`);
  const read = (i: number) =>
    Promise.resolve({
      name: names[i]!,
      width: 1,
      height: 1,
      image: Uint8Array.of(i, i, i),
      labels: Int16Array.of(i % 3),
    });
  return { length, names, read };
}

Deno.test("panelImagesOf() takes four candidates for each image shown, spread over the split", async () => {
  const batch = await panelImagesOf(splitOf(100), 2, 1);
  assert.deepEqual(batch?.names, [0, 12, 25, 37, 50, 62, 75, 87].map((i) => `image${i}`));
  assert.deepEqual(panelsOf(batch).map(({ name }) => name), batch?.names);
});

Deno.test("panelImagesOf() takes all of a small split, and nothing where none is shown", async () => {
  const batch = await panelImagesOf(splitOf(3), 2, 1);
  assert.deepEqual(batch?.names, ["image0", "image1", "image2"]);
  assert.equal(await panelImagesOf(splitOf(3), 0, 1), undefined);
  assert.equal(await panelImagesOf(splitOf(0), 4, 1), undefined);
});

const [height, width] = [2, 3];
const pixels = height * width;
const colours = Uint8Array.from({ length: 2 * pixels * 3 }, (_, i) => i);
const labels = Int32Array.from({ length: 2 * pixels }, (_, i) => i % 4 - 1);
const batch: LoadedBatch = {
  images: normalize(colours),
  imageShape: [2, height, width, 3],
  labels,
  labelShape: [2, height, width],
  names: ["a", "b"],
};

/** What a picture holds. */
function read(base64: string): { size: number[]; data: number[] } {
  const { width, height, data } = decode(Uint8Array.fromBase64(base64));
  return { size: [height, width], data: [...data] };
}

Deno.test("panelsOf() gives each image with its truth, 0 where it is ignored", () => {
  const panels = panelsOf(batch);
  assert.deepEqual(panels.map(({ name, width, height }) => [name, height, width]), [
    ["a", height, width],
    ["b", height, width],
  ]);
  for (const [i, { image, truth }] of panels.entries()) {
    const part = (values: ArrayLike<number>, channels: number) =>
      Array.from(values).slice(channels * pixels * i, channels * pixels * (i + 1));
    assert.deepEqual(read(image), { size: [height, width], data: part(colours, 3) });
    const expected = part(labels, 1).map((label) => label + 1);
    assert.deepEqual(read(truth), { size: [height, width], data: expected });
  }
  assert.deepEqual(panelsOf(undefined), []);
});

Deno.test("predictPanels() gives each image the class of the largest logit, and leaves no tensors", async () => {
  await tf.setBackend("cpu");
  const before = tf.memory().numTensors;
  const logits = tf.input({ shape: [height, width, 3] });
  const model = tf.model({
    inputs: logits,
    outputs: tf.layers.activation({ activation: "linear" }).apply(logits) as tf.SymbolicTensor,
  });
  const images = Float32Array.from({ length: 2 * pixels * 3 }, (_, i) => i * 7 % 11);
  const classes = Array.from({ length: 2 * pixels }, (_, pixel) => {
    const own = [...images.slice(3 * pixel, 3 * pixel + 3)];
    return own.indexOf(Math.max(...own));
  });
  assert.equal(new Set(classes).size, 3);
  const predictions = await predictPanels(model, { ...batch, images });
  assert.deepEqual(predictions.map(({ name }) => name), ["a", "b"]);
  for (const [i, { labels }] of predictions.entries()) {
    const expected = classes.slice(pixels * i, pixels * (i + 1)).map((label) => label + 1);
    assert.deepEqual(read(labels), { size: [height, width], data: expected });
  }
  model.dispose();
  assert.equal(tf.memory().numTensors, before);
  assert.deepEqual(await predictPanels(model, undefined), []);
});
