/**
 * Masks, overlays and shares of classes.
 *
 * @module
 */
import { join } from "node:path";
import { codingOf } from "../../datasets/masks/coding.ts";
import { readPair } from "../../datasets/masks/pair.ts";
import { encodeRgbPng } from "../../datasets/images/png.ts";
import { resizeNearest } from "../../datasets/images/resize.ts";
import type { MaskCoding, SegmentationSample } from "../../datasets/sample.ts";
import { transformForValidation } from "../../datasets/transforms/validation.ts";
import * as tf from "../../src/tf.ts";
import { ConfusionMatrix } from "../../src/training/metrics.ts";
import { csvText, type Field } from "../report/csv_text.ts";
import { overlay } from "../report/cells/overlay.ts";
import type { SegmentationProfile } from "../experiments/profiles/ade20k.ts";
import { type ImageFile, readImage } from "./images.ts";
import type { OutFolder } from "./out_folder.ts";
import { truthCoding } from "./truth_masks.ts";
import { inference, type Predictor, type PredictParts } from "./predictor.ts";

/**
 * Predicts a class for each pixel. An image is resized as for validation, to the network's square
 * whatever its aspect ratio; the predicted classes are resized back to the image's own size, each pixel
 * taking the nearest one. Scores count the image's own pixels.
 *
 * @throws {UsageError} if the truth's palette names a class that the run does not have
 * @throws {DataError} if that palette cannot be read
 */
export async function segmentationPredictor(
  { model, data, truth, truthMasks }: PredictParts,
  { imageSize: size }: SegmentationProfile,
): Promise<Predictor> {
  const { classes, classNames, coding: recorded } = data;
  const masks = { coding: await truthCoding(data, truthMasks), classes };
  const { first, encode } = codingOf(recorded ?? "ade20k");
  const predict = inference(model, (logits) => tf.argMax(logits, -1));
  const confusion = truth === undefined ? undefined : new ConfusionMatrix({ classes });
  const shares: Field[][] = [];
  const read = (image: ImageFile) => readSample(image, truth, masks);

  const write = async (
    out: OutFolder,
    { name }: ImageFile,
    sample: SegmentationSample,
    small: Int16Array,
  ) => {
    const { width, height } = sample;
    const labels = resizeNearest(small, size, size, width, height);
    confusion?.add(sample.labels, labels);
    const mask = Uint8Array.from(labels, (label) => first + label);
    await out.write(`masks/${name}.png`, encode(mask, width, height));
    const shown = Uint8Array.from(labels, (label) => 1 + label);
    const { data } = overlay({ width, height, data: sample.image }, shown, recorded);
    await out.write(`overlays/${name}.png`, encodeRgbPng(data, width, height));
    shares.push(...sharesOf(labels, classNames, first).map((row) => [name, ...row]));
  };

  return {
    check: async (image) => void await read(image),
    async predict(batch, out) {
      const samples = await Promise.all(batch.map(read));
      const x = tf.tidy(() => stacked(samples, size));
      const labels = predict(x);
      const values = await labels.data();
      tf.dispose([x, labels]);
      for (const [i, image] of batch.entries()) {
        const part = Int16Array.from(values.subarray(i * size * size, (i + 1) * size * size));
        await write(out, image, samples[i]!, part);
      }
    },
    table: () => ({
      path: "shares.csv",
      content: csvText(["image", "label", "class", "pixels", "percent"], shares),
    }),
    confusion,
    scores: () => confusion?.results() ?? {},
    dispose: () => predict.dispose(),
  };
}

/** Without truth, every pixel is ignored. */
async function readSample(
  image: ImageFile,
  truth: string | undefined,
  masks: { coding: MaskCoding; classes: number },
): Promise<SegmentationSample> {
  const { name, file } = image;
  if (truth !== undefined) {
    return await readPair({ name, image: file, mask: join(truth, `${name}.png`), ...masks });
  }
  const { width, height, data } = await readImage(image);
  return { name, width, height, image: data, labels: new Int16Array(width * height).fill(-1) };
}

function stacked(samples: readonly SegmentationSample[], size: number): tf.Tensor {
  return tf.stack(
    samples.map((sample) =>
      tf.tensor3d(transformForValidation(sample, size).image, [size, size, 3])
    ),
  );
}

/** The classes that an image has, by their values in masks, with their pixels. */
function sharesOf(labels: Int16Array, names: readonly string[], first: number): Field[][] {
  const counts = names.map(() => 0);
  labels.forEach((label) => counts[label]!++);
  return counts.flatMap((count, c) =>
    count === 0 ? [] : [[first + c, names[c]!, count, 100 * count / labels.length]]
  );
}
