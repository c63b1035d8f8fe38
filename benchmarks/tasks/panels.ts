/**
 * The validation images that a report shows, with their truth and what each model makes of them.
 *
 * @module
 */
import { encodeGrayPng, encodeRgbPng } from "../../datasets/images/png.ts";
import { type LoadedBatch, type Loader, segmentationLoader } from "../../datasets/loader.ts";
import type { Split } from "../../datasets/sample.ts";
import { denormalize } from "../../datasets/transforms/normalize.ts";
import * as tf from "../../src/tf.ts";
import { captureOrRun } from "../../src/training/unrecorded.ts";
import type { Panel, Prediction } from "../record/mod.ts";

/** Images recorded for each one that a report shows: it shows those where arms differ most. */
const candidatesPerImage = 4;

/**
 * Images spread over a split, under the validation protocol; read in this thread, as they are few.
 * Which of them a report shows is decided when all arms have made something of them, be it in another
 * process. The first of a split would often be one scene, frame by frame.
 *
 * @param shown how many a report shows, at most
 * @param size height and width that the network sees, in pixels
 * @param skipBad how many images may be passed over as they cannot be read
 * @returns one batch; nothing where none is wanted
 */
export async function panelImagesOf(
  split: Split,
  shown: number,
  size: number,
  skipBad = 0,
): Promise<LoadedBatch | undefined> {
  const batchSize = Math.min(shown * candidatesPerImage, split.length);
  if (batchSize < 1) return undefined;
  const options = { batchSize, size, train: false, workers: 0, prefetch: 0, skipBad };
  const loader: Loader = segmentationLoader(spread(split, batchSize), options);
  const first = await loader.batches(0).next();
  await loader.close();
  return first.value ?? undefined;
}

/** As many images, evenly spaced. */
function spread(split: Split, count: number): Split {
  const place = (i: number) => Math.floor((i * split.length) / count);
  return {
    length: count,
    names: Array.from({ length: count }, (_, i) => split.names[place(i)]!),
    read: (index) => split.read(place(index)),
  };
}

/** Images and their truth, as a result keeps them. */
export function panelsOf(batch: LoadedBatch | undefined): Panel[] {
  if (batch === undefined) return [];
  const [, height, width] = batch.imageShape;
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
 */
export async function predictPanels(
  model: tf.LayersModel,
  batch: LoadedBatch | undefined,
): Promise<Prediction[]> {
  if (batch === undefined) return [];
  const [, height, width, channels] = batch.imageShape;
  const pixels = height * width;
  const predictions: Prediction[] = [];
  const predict = captureOrRun(
    "The prediction for reports",
    (x: tf.Tensor) => tf.argMax(model.apply(x, { training: false }) as tf.Tensor, -1),
  );
  try {
    for (const [i, name] of batch.names.entries()) { // all at once are too many logits
      const image = batch.images.subarray(channels * pixels * i, channels * pixels * (i + 1));
      const classes = tf.tidy(() => predict(tf.tensor4d(image, [1, height, width, channels])));
      const labels = await classes.data() as Int32Array;
      classes.dispose();
      predictions.push({ name, labels: labelsPng(labels, width, height) });
    }
    return predictions;
  } finally {
    predict.dispose();
  }
}
