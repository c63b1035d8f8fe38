import assert from "node:assert/strict";
import { otherLosses } from "../../../../benchmarks/judge/warnings/other_losses.ts";
import { scoreBlocks } from "../../../../benchmarks/report/cells/accuracy.ts";
import { cellsDocument } from "../../../../benchmarks/report/cells/document.ts";
import { cell, result } from "../../report/synthetic.ts";

const cells = [
  cell("baseline", 0, { metrics: { mIoU: 20, trainLoss: 1 } }),
  cell("ws", 0, { metrics: { mIoU: 30, trainLoss: 2 } }),
];

const withSmoothing = (...values: (number | undefined)[]) => {
  const record = result({ cells });
  const arms = record.arms.slice(0, 2).map((arm, i) => {
    const value = values[i];
    return value === undefined ? arm : { ...arm, settings: { labelSmoothing: value } };
  });
  return { ...record, arms };
};

const marks = (record: ReturnType<typeof withSmoothing>) =>
  JSON.stringify(scoreBlocks(record)).split('"best":true').length - 1;

Deno.test("otherLosses() warns where arms smooth their labels differently, and no loss is best", () => {
  const record = withSmoothing(undefined, 0.1);
  const [warning, ...others] = otherLosses(record);
  assert.deepEqual([warning!.code, others], ["other-loss", []]);
  assert.match(warning!.message, /not the same function: labelSmoothing differ$/);
  assert.match(JSON.stringify(cellsDocument(record).blocks), /Compare no training losses/);
  assert.equal(marks(record), 1, "of the mIoU");
});

Deno.test("otherLosses() is silent where all arms have one loss", () => {
  for (const record of [withSmoothing(), withSmoothing(0.1, 0.1)]) {
    assert.deepEqual(otherLosses(record), []);
    assert.equal(marks(record), 2, "of the mIoU, and of the loss");
  }
});
