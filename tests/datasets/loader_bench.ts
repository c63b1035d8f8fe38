/**
 * Images a second through reader, transform and batching, in one thread: `deno bench --allow-read --allow-write
 * --allow-env=WS_TEST_DATA tests/datasets/loader_bench.ts`. One iteration is one batch of 8, or one image.
 */
import { join } from "node:path";
import { openAde20k } from "../../datasets/ade20k/dataset.ts";
import { generateScenes } from "../../datasets/generated/scenes.ts";
import { SegmentationLoader } from "../../datasets/loader.ts";
import { generatorFor } from "../../datasets/random.ts";
import { transformForTraining } from "../../datasets/transforms/training.ts";
import { transformForValidation } from "../../datasets/transforms/validation.ts";

const scenes = await openAde20k(
  await generateScenes(join(await Deno.makeTempDir(), "scenes"), { training: 64, validation: 8 }),
);

for (const cacheBytes of [0, 2 ** 28]) {
  const loader = new SegmentationLoader(scenes.training, {
    batchSize: 8,
    size: 64,
    train: true,
    cacheBytes,
  });
  let epoch = 0;
  let batches = loader.batches(epoch);
  Deno.bench(`training batch of 8 scenes, 64×64, cache of ${cacheBytes} bytes`, async () => {
    if (!(await batches.next()).done) return;
    batches = loader.batches(++epoch);
    await batches.next();
  });
}

const data = Deno.env.get("WS_TEST_DATA");
if (data !== undefined) {
  const { validation } = await openAde20k(join(data, "ade20k-sample"));
  const sample = await validation.read(0);
  const size = `${sample.width}×${sample.height}`;
  let step = 0;
  Deno.bench(`decode image and mask, ${size}`, async () => void await validation.read(0));
  Deno.bench(`training transform to 512×512, from ${size}`, () => {
    transformForTraining(sample, { size: 512 }, generatorFor(step++));
  });
  Deno.bench(`validation transform to 512×512, from ${size}`, () => {
    transformForValidation(sample, 512);
  });
}
