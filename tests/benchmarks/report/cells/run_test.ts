import assert from "node:assert/strict";
import type { Result } from "../../../../benchmarks/record/mod.ts";
import { markdownOf } from "../forms.ts";
import { cell, result } from "../synthetic.ts";

/** What a report says of networks that learn nothing. */
function chances(run: Result): string[] {
  return markdownOf(run).split("\n").filter((line) => /^- (Predicting|Guessing|Always)/.test(line));
}

Deno.test("report.md says what a constant prediction scores in segmentation, where it is known", () => {
  assert.deepEqual(chances(result()), []);
  const run = result({ constantPrediction: { class: 0, mIoU: 12.345 } });
  assert.deepEqual(chances(run), ["- Predicting “road” everywhere: 12.35 % mIoU"]);
  run.data.classNames = [];
  assert.deepEqual(chances(run), ["- Predicting “0” everywhere: 12.35 % mIoU"]);
});

Deno.test("report.md says what guessing scores, and a class that scores more, of a classifier", () => {
  const cells = [cell("ws", 0, { metrics: { top1: 60 }, classIou: [] })];
  const run = result({ cells, mainMetric: "top1", constantPrediction: { class: 0, top1: 50 } });
  assert.deepEqual(chances(run), ["- Guessing: 50.00 % top-1"]);
  run.constantPrediction = { class: 0, top1: 50.01 };
  assert.deepEqual(chances(run), [
    "- Guessing: 50.00 % top-1",
    "- Always saying “road”: 50.01 % top-1",
  ]);
});
