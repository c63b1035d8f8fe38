import assert from "node:assert/strict";
import { constantPrediction } from "../../datasets/baseline.ts";
import { countLabels, memorySplit, paintedSample } from "./files.ts";

/** mIoU, by its definition, of predicting `label` everywhere. */
function constantMIoU(labels: number[], classes: number, label: number): number {
  const valid = labels.filter((one) => one >= 0);
  const ious: number[] = [];
  for (let c = 0; c < classes; c++) {
    const union = valid.filter((one) => one === c || c === label).length;
    const intersection = c === label ? valid.filter((one) => one === c).length : 0;
    if (union > 0) ious.push(intersection / union);
  }
  return 100 * ious.reduce((sum, iou) => sum + iou, 0) / ious.length;
}

Deno.test("constantPrediction() is the best of all constant predictions", async () => {
  const split = memorySplit([
    paintedSample("a", 8, 8, (x, y) => x < 4 ? 2 : y < 3 ? 0 : -1),
    paintedSample("b", 8, 8, (x) => x < 6 ? 3 : 2),
  ]);
  const labels = [...(await split.read(0)).labels, ...(await split.read(1)).labels];
  const each = [0, 1, 2, 3, 4].map((label) => constantMIoU(labels, 5, label));
  const { label, mIoU } = constantPrediction(await countLabels(split, 5, 8));
  assert.ok(Math.abs(mIoU - Math.max(...each)) < 1e-9);
  assert.equal(label, each.indexOf(Math.max(...each)));
  assert.deepEqual([label, Math.round(mIoU * 100)], [2, Math.round(100 * 100 * 48 / 108 / 3)]);
});

Deno.test("constantPrediction() weighs images equally, as the validation protocol resizes them", async () => {
  const split = memorySplit([
    paintedSample("small", 2, 2, () => 1),
    paintedSample("large", 50, 40, () => 0),
    paintedSample("small too", 3, 1, () => 1),
  ]);
  const { label, mIoU } = constantPrediction(await countLabels(split, 2, 6));
  assert.equal(label, 1);
  assert.ok(Math.abs(mIoU - 100 / 3) < 1e-9);
});

Deno.test("constantPrediction() throws DataError when nothing is labelled", async () => {
  const unlabelled = await countLabels(memorySplit([paintedSample("a", 2, 2, () => -1)]), 3, 4);
  for (const counts of [unlabelled, { masks: 0, resized: new Float64Array(3) }]) {
    assert.throws(() => constantPrediction(counts), {
      name: "DataError",
      message: /must hold labelled pixels/,
    });
  }
});
