/**
 * Masks, overlays and shares of classes.
 *
 * @module
 */
import { join } from "node:path";
import { readPair } from "../../datasets/ade20k/pair.ts";
import { encodeGrayPng, encodeRgbPng } from "../../datasets/images/png.ts";
import { resizeNearest } from "../../datasets/images/resize.ts";
import type { SegmentationSample } from "../../datasets/sample.ts";
import { transformForValidation } from "../../datasets/transforms/validation.ts";
import * as tf from "../../src/tf.ts";
import { ConfusionMatrix } from "../../src/training/metrics.ts";
import { csvText, type Field } from "../report/csv_text.ts";
import { overlay } from "../report/cells/overlay.ts";
import type { SegmentationProfile } from "../experiments/profiles/ade20k.ts";
import { type ImageFile, readImage } from "./images.ts";
import type { OutFolder } from "./out_folder.ts";
import { inference, type Predictor, type PredictParts } from "./predictor.ts";

/**
 * Predicts a class for each pixel. An image is resized as for validation, to the network's square
 * whatever its aspect ratio; the predicted classes are resized back to the image's own size, each pixel
 * taking the nearest one. Scores count the image's own pixels.
 */
export function segmentationPredictor(
  { model, data: { classes, classNames }, truth }: PredictParts,
  { imageSize: size }: SegmentationProfile,
): Predictor {
  const predict = inference(model, (logits) => tf.argMax(logits, -1));
  const confusion = truth === undefined ? undefined : new ConfusionMatrix({ classes });
  const shares: Field[][] = [];
  const read = (image: ImageFile) => readSample(image, truth, classes);

  const write = async (
    out: OutFolder,
    { name }: ImageFile,
    sample: SegmentationSample,
    small: Int16Array,
  ) => {
    const { width, height } = sample;
    const labels = resizeNearest(small, size, size, width, height);
    confusion?.add(sample.labels, labels);
    const mask = Uint8Array.from(labels, (label) => label + 1);
    await out.write(`masks/${name}.png`, encodeGrayPng(mask, width, height));
    const { data } = overlay({ width, height, data: sample.image }, mask);
    await out.write(`overlays/${name}.png`, encodeRgbPng(data, width, height));
    shares.push(...sharesOf(labels, classNames).map((row) => [name, ...row]));
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
  classes: number,
): Promise<SegmentationSample> {
  const { name, file } = image;
  if (truth !== undefined) {
    return await readPair({ name, image: file, mask: join(truth, `${name}.png`), classes });
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

/** The classes that an image has, with their pixels. */
function sharesOf(labels: Int16Array, names: readonly string[]): Field[][] {
  const counts = names.map(() => 0);
  labels.forEach((label) => counts[label]!++);
  return counts.flatMap((count, c) =>
    count === 0 ? [] : [[1 + c, names[c]!, count, 100 * count / labels.length]]
  );
}
