/** Records made small: what is averaged, and that nothing else changes. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { parseRecord, type Result } from "../../../benchmarks/record/mod.ts";
import { thinned } from "../../../benchmarks/record/thin.ts";
import { result } from "../report/synthetic.ts";

/** A result whose first cell has this curve. */
function withCurve(losses: readonly number[]): Result {
  const whole = result();
  const [first, ...others] = whole.cells;
  const curve = losses.map((loss, i) => ({
    step: i + 1,
    epoch: (i + 1) / 10,
    loss,
    learningRate: 1 / (i + 1),
  }));
  return { ...whole, cells: [{ ...first!, curve, stepDurationsMs: [...losses] }, ...others] };
}

Deno.test("thinned() averages losses over stretches that end at their last step", () => {
  const [cell] = thinned(withCurve([1, 2, 3, 4, 5, 6, 7]), 3).cells;
  assert.deepEqual(cell!.curve, [
    { step: 3, epoch: 0.3, loss: 2, learningRate: 1 / 3 },
    { step: 6, epoch: 0.6, loss: 5, learningRate: 1 / 6 },
    { step: 7, epoch: 0.7, loss: 7, learningRate: 1 / 7 },
  ]);
  assert.deepEqual(cell!.stepDurationsMs, [1, 4, 7]);
});

Deno.test("thinned() keeps the predictions that a report shows, those of the first seed", () => {
  const predictions = [{ name: "a", labels: "AAAA" }];
  const whole = result();
  const cells = whole.cells.map((cell) => cell.seed === 0 ? cell : { predictions, ...cell });
  const small = thinned<Result>({ ...whole, cells }, 40);
  const kept = small.cells.filter((cell) => cell.predictions !== undefined);
  const text = JSON.stringify(cells.filter(({ seed }) => seed === 1));
  assert.equal(JSON.stringify(kept), text, "with their fields in a record's order");
  assert.equal(kept.length, whole.arms.length);
  assert.deepEqual(thinned(whole, 40), whole, "where there are none");
});

Deno.test("thinned() changes curves and durations alone, keeps the last step, and is a record", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { maxLength: 60 }),
      fc.integer({ min: 1, max: 40 }),
      (losses, points) => {
        const whole = withCurve(losses);
        const small = thinned(whole, points);
        const [cell] = small.cells;
        assert.ok(cell!.curve.length <= points && cell!.stepDurationsMs.length <= points);
        assert.equal(cell!.curve.at(-1)?.step, losses.length || undefined);
        const { curve: _, stepDurationsMs: __, ...rest } = cell!;
        const { curve: ___, stepDurationsMs: ____, ...same } = whole.cells[0]!;
        assert.deepEqual(rest, same);
        assert.deepEqual(parseRecord(JSON.stringify(small), "result.json").record, small);
        assert.deepEqual(thinned(small, points), small);
      },
    ),
  );
});

Deno.test("thinned() leaves a cell alone whose curve is short enough, and marks one that diverged", () => {
  const whole = withCurve([3, 2, 1]);
  assert.deepEqual(thinned(whole, 40), whole); // the others have 40 points
  assert.ok(Number.isNaN(thinned(withCurve([3, NaN, 1]), 1).cells[0]!.curve[0]!.loss));
});
