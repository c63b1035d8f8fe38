/** The reader and the transforms on real photographs, where `WS_TEST_DATA` names the folder that holds them. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { openAde20k } from "../../../datasets/ade20k/dataset.ts";
import { constantPrediction } from "../../../datasets/baseline.ts";
import { segmentationLoader } from "../../../datasets/loader.ts";
import { countLabels } from "../files.ts";

const data = Deno.env.get("WS_TEST_DATA");
const ignore = data === undefined;

Deno.test({
  name: "openAde20k() reads CamVid, and a training batch shows its classes",
  ignore,
  fn: async () => {
    const set = await openAde20k(join(data ?? "", "camvid"));
    assert.deepEqual([set.classes, set.training.length, set.validation.length], [11, 367, 101]);
    assert.equal(set.classNames[8], "car");
    const loader = segmentationLoader(set.training, { batchSize: 4, size: 96, train: true });
    for await (const { images, labels, labelShape } of loader.batches(0)) {
      assert.deepEqual(labelShape, [4, 96, 96]);
      assert.ok(images.every((value) => value > -2.2 && value < 2.7));
      assert.ok(labels.every((label) => label >= -1 && label < 11));
      assert.ok(new Set(labels).size > 4);
      break;
    }
    await loader.close();
    const { label, mIoU } = constantPrediction(await countLabels(set.validation, 11, 96));
    assert.ok(mIoU > 1 && mIoU < 9, `${set.classNames[label]}: ${mIoU}`);
  },
});

Deno.test({
  name: "openAde20k() reads ADE20k's own files, for evaluation only",
  ignore,
  fn: async () => {
    const set = await openAde20k(join(data ?? "", "ade20k-sample"));
    assert.deepEqual([set.classes, set.training.length, set.validation.length], [150, 0, 3]);
    assert.equal(set.classNames[0], "wall");
    const loader = segmentationLoader(set.validation, {
      batchSize: 2,
      size: 128,
      train: false,
    });
    const names: string[] = [];
    for await (const batch of loader.batches(0)) {
      names.push(...batch.names);
      assert.ok(new Set(batch.labels).size > 5);
    }
    await loader.close();
    assert.deepEqual(names, ["ADE_val_00000001", "ADE_val_00000002", "ADE_val_00000003"]);
  },
});
