import { openClassified } from "../../../datasets/classified.ts";
import { generatePictures } from "../../../datasets/generated/pictures.ts";
import { classificationLoader } from "../../../datasets/loader.ts";
import type { Trial } from "../trial.ts";

const settings = { training: 96, validation: 4, size: 64, classes: 4, seed: 0 };

/** Epochs of a loader of augmented pictures, whose threads decode them. */
export const loader: Trial = {
  unit: "epochs of a loader with two threads",
  counts: { long: 1_000, short: 20 },
  backends: ["cpu"],
  async run(count, watch) {
    const folder = await Deno.makeTempDir({ prefix: "long-" });
    try {
      const { training } = await openClassified(await generatePictures(`${folder}/set`, settings));
      const options = { size: 32, batchSize: 16, train: true, seed: 0, workers: 2 };
      const loading = classificationLoader(training, options);
      for (let epoch = 0; epoch < count; epoch++) {
        let images = 0;
        for await (const { imageShape } of loading.batches(epoch)) images += imageShape[0];
        if (images !== settings.training) throw new Error(`${images} images in epoch ${epoch}`);
        if (watch.isDue(epoch + 1)) await watch.take(epoch + 1);
      }
      await loading.close();
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
};
