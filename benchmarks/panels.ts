/**
 * The validation images that a report shows, with their truth and what each model makes of them.
 *
 * @module
 */
import { encodeGrayPng, encodeRgbPng } from "../datasets/images/png.ts";
import { type SegmentationBatch, SegmentationLoader } from "../datasets/loader.ts";
import type { Split } from "../datasets/sample.ts";
import { denormalize } from "../datasets/transforms/normalize.ts";
import * as tf from "../src/tf.ts";
import type { Panel, Prediction } from "./result.ts";

/**
 * The first images of a split, under the validation protocol.
 *
 * @param split the validation images
 * @param count how many, at most
 * @param size height and width that the network sees, in pixels
 * @returns one batch; nothing where none is wanted
 */
export async function firstImages(
  split: Split,
  count: number,
  size: number,
): Promise<SegmentationBatch | undefined> {
  const batchSize = Math.min(count, split.length);
  if (batchSize < 1) return undefined;
  const options = { batchSize, size, train: false };
  for await (const batch of new SegmentationLoader(split, options).batches(0)) {
    return batch;
  }
  return undefined;
}

/**
 * Images and their truth, as a result keeps them.
 *
 * @param batch the images
 * @returns a panel for each
 */
export function panelsOf(batch: SegmentationBatch | undefined): Panel[] {
  if (batch === undefined) return [];
  const [, height, width] = batch.shape;
  const pixels = height * width;
  return batch.names.map((name, i) => {
    const image = denormalize(batch.images.subarray(3 * pixels * i, 3 * pixels * (i + 1)));
    const labels = batch.labels.subarray(pixels * i, pixels * (i + 1));
    return {
      name,
      width,
      height,
      image: encodeRgbPng(image, width, height).toBase64(),
      truth: labelsPng(labels, width, height),
    };
  });
}

/** 0 = ignored, else 1 + class. */
function labelsPng(labels: Int32Array, width: number, height: number): string {
  return encodeGrayPng(Uint8Array.from(labels, (label) => label + 1), width, height).toBase64();
}

/**
 * What a model makes of the panels' images.
 *
 * @param model gives logits `[batch, height, width, classes]`
 * @param batch the images
 * @returns a prediction for each
 */
export async function predictPanels(
  model: tf.LayersModel,
  batch: SegmentationBatch | undefined,
): Promise<Prediction[]> {
  if (batch === undefined) return [];
  const [, height, width] = batch.shape;
  const classes = tf.tidy(() => {
    const x = tf.tensor4d(batch.images, [...batch.shape, 3]);
    return tf.argMax(model.apply(x, { training: false }) as tf.Tensor, -1);
  });
  const labels = await classes.data() as Int32Array;
  classes.dispose();
  const pixels = height * width;
  return batch.names.map((name, i) => ({
    name,
    labels: labelsPng(labels.subarray(pixels * i, pixels * (i + 1)), width, height),
  }));
}
