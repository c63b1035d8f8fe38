/**
 * The best classes of each image.
 *
 * @module
 */
import { basename } from "node:path";
import { renderView, viewForValidation } from "../../datasets/transforms/classification.ts";
import * as tf from "../../src/tf.ts";
import { ConfusionMatrix } from "../../src/training/metrics.ts";
import { csvText, type Field } from "../report/csv_text.ts";
import type { ClassificationProfile } from "../experiments/profiles/imagenet.ts";
import { type ImageFile, readImage } from "./images.ts";
import { inference, type Predictor, type PredictParts } from "./predictor.ts";
import { openClassFolders } from "./class_folders.ts";

/** How many classes of an image are listed. */
const most = 5;

/**
 * Predicts a class for each image, resized as for validation: the shorter side to `resizeTo`, and the
 * middle of it.
 *
 * @throws {DataError} if the truth is no folder of folders, or one of these is none of the classes
 */
export async function classificationPredictor(
  { model, data: { classes, classNames }, truth }: PredictParts,
  { imageSize: size, resizeTo }: ClassificationProfile,
): Promise<Predictor> {
  const listed = Math.min(most, classes);
  const predict = inference(model, (logits) => tf.topk(tf.softmax(logits), listed));
  const classOf = truth === undefined ? undefined : await openClassFolders(truth, classNames);
  const confusion = truth === undefined ? undefined : new ConfusionMatrix({ classes });
  const rows: Field[][] = [];
  let inTop5 = 0;

  const read = async (image: ImageFile) => {
    const label = classOf?.(basename(image.file), image.file);
    const { width, height, data } = await readImage(image);
    return { label, picture: { x: 0, y: 0, width, height, data } };
  };

  return {
    check: async (image) => void await read(image),
    async predict(batch) {
      const pictures = await Promise.all(batch.map(read));
      const x = new Float32Array(batch.length * size * size * 3);
      for (const [i, { picture }] of pictures.entries()) {
        const view = viewForValidation(picture, size, resizeTo);
        renderView(view, picture, x.subarray(3 * size * size * i, 3 * size * size * (i + 1)));
      }
      const input = tf.tensor4d(x, [batch.length, size, size, 3]);
      const best = predict(input);
      const [values, indices] = [await best.values.data(), await best.indices.data()];
      tf.dispose([input, best.values, best.indices]);
      for (const [i, { name }] of batch.entries()) {
        const { label } = pictures[i]!;
        const ranks = Array.from(indices.subarray(i * listed, (i + 1) * listed));
        ranks.forEach((c, rank) =>
          rows.push([name, 1 + rank, 1 + c, classNames[c]!, values[i * listed + rank]!])
        );
        if (label === undefined) continue;
        confusion?.add([label], [ranks[0]!]);
        inTop5 += Number(ranks.includes(label));
      }
    },
    table: () => ({
      path: "top5.csv",
      content: csvText(["image", "rank", "label", "class", "probability"], rows),
    }),
    confusion,
    scores() {
      if (confusion === undefined) return {};
      const top5 = { top5: 100 * inTop5 / (rows.length / listed) };
      return {
        top1: confusion.pixelAccuracy(),
        ...(classes > most && top5),
        meanClassAccuracy: confusion.meanClassAccuracy(),
      };
    },
    dispose: () => predict.dispose(),
  };
}
