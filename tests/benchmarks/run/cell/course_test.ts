import assert from "node:assert/strict";
import { courseOf, finalMetrics, timingOf } from "../../../../benchmarks/run/cell/course.ts";
import { emptyHistory, type History } from "../../../../src/training/history.ts";

/** As many steps as are asked for: losses and durations tell the step. */
function historyOf(steps: number, fields: Partial<History> = {}): History {
  const numbers = Array.from({ length: steps }, (_, i) => i + 1);
  return {
    ...emptyHistory(),
    losses: numbers,
    learningRates: numbers.map((step) => step / 10),
    stepDurationsMs: numbers.map((step) => 100 + step),
    ...fields,
  };
}

Deno.test("courseOf() counts steps from 1, and epochs by the steps of one", () => {
  const evaluations = [{ step: 2, metrics: { mIoU: 3 } }, { step: 4, metrics: { mIoU: 5 } }];
  const { steps, curve, evaluations: told } = courseOf(historyOf(4, { evaluations }), 2);
  assert.equal(steps, 4);
  assert.deepEqual(curve, [
    { step: 1, epoch: 0.5, loss: 1, learningRate: 0.1 },
    { step: 2, epoch: 1, loss: 2, learningRate: 0.2 },
    { step: 3, epoch: 1.5, loss: 3, learningRate: 0.3 },
    { step: 4, epoch: 2, loss: 4, learningRate: 0.4 },
  ]);
  assert.deepEqual(told, [
    { step: 2, epoch: 1, metrics: { mIoU: 3 } },
    { step: 4, epoch: 2, metrics: { mIoU: 5 } },
  ]);
});

Deno.test("courseOf() has epoch 0 where there is nothing to train on", () => {
  const evaluations = [{ step: 0, metrics: { mIoU: 3 } }];
  assert.deepEqual(courseOf(historyOf(0, { evaluations }), 0), {
    steps: 0,
    curve: [],
    evaluations: [{ step: 0, epoch: 0, metrics: { mIoU: 3 } }],
  });
});

Deno.test("finalMetrics() has the last evaluation's, and the mean loss of the last twentieth", () => {
  const evaluations = [{ step: 1, metrics: { mIoU: 3 } }, { step: 40, metrics: { mIoU: 5 } }];
  const { mIoU, trainLoss } = finalMetrics(historyOf(40, { evaluations }));
  assert.deepEqual([mIoU, trainLoss], [5, (39 + 40) / 2]);
  const restored = finalMetrics(historyOf(40, { evaluations, restored: evaluations[0]! }));
  assert.equal(restored.mIoU, 3, "of the weights that it ended with");
  assert.deepEqual(finalMetrics(historyOf(41)), { trainLoss: (39 + 40 + 41) / 3 }, "rounded up");
  assert.deepEqual(finalMetrics(historyOf(3)), { trainLoss: 3 }, "one step at least");
  assert.deepEqual(finalMetrics(historyOf(0)), {});
});

Deno.test("timingOf() leaves out the first three steps of each process", () => {
  const { stepDurationsMs, warmupSteps, imagesPerSecond } = timingOf(historyOf(12), [6], 8);
  assert.deepEqual(stepDurationsMs, [104, 105, 106, 110, 111, 112]);
  assert.equal(warmupSteps, 6);
  assert.equal(imagesPerSecond, 1000 * 8 / 108);
});

Deno.test("timingOf() has no speed where no step is warm", () => {
  const timing = timingOf(historyOf(3), [], 8);
  assert.deepEqual(timing, { stepDurationsMs: [], warmupSteps: 3, imagesPerSecond: NaN });
  assert.deepEqual(timingOf(historyOf(4), [], 8).stepDurationsMs, [104]);
});
