import assert from "node:assert/strict";
import { type Measured, withVerdicts, worstOf } from "../../../benchmarks/judge/changes/verdict.ts";

function measured(low: number, high: number, fields: Partial<Measured> = {}): Measured {
  return {
    name: "train",
    label: "training step",
    family: "time",
    unit: "ms",
    base: 100,
    head: 100,
    change: (low + high) / 2,
    interval: { low, high, level: 0.95 },
    pValue: 0.001,
    tolerance: 3,
    n: 30,
    paired: true,
    values: { base: [], head: [] },
    ...fields,
  };
}

function verdict(metric: Measured) {
  const [record] = withVerdicts([metric]);
  return [record?.verdict, record?.reason];
}

Deno.test("withVerdicts() wants an interval that lies on one side of the tolerance", () => {
  assert.deepEqual(verdict(measured(3.1, 9)), [
    "regression",
    "the interval lies beyond 3.0 % for the worse",
  ]);
  assert.equal(verdict(measured(2.9, 9))[0], "inconclusive");
  assert.equal(verdict(measured(-2.9, 2.9))[0], "unchanged");
  assert.equal(verdict(measured(-9, -3.1))[0], "improvement");
  assert.deepEqual(verdict(measured(-9, 9)), [
    "inconclusive",
    "the interval [−9.0, +9.0] crosses 3.0 %",
  ]);
});

Deno.test("withVerdicts() takes the tolerance itself for what is tolerated", () => {
  assert.equal(verdict(measured(3, 9))[0], "inconclusive");
  assert.equal(verdict(measured(-9, -3))[0], "inconclusive");
  assert.equal(verdict(measured(-3, 3))[0], "unchanged");
});

Deno.test("withVerdicts() knows that lower scores are worse, and slower steps", () => {
  const quality = { family: "quality", unit: "points", tolerance: 0.3 } as const;
  assert.equal(verdict(measured(-2, -0.5, quality))[0], "regression");
  assert.equal(verdict(measured(0.5, 2, quality))[0], "improvement");
});

Deno.test("withVerdicts() takes what has no interval for inconclusive, and says why", () => {
  const { interval: _, pValue: __, ...bare } = measured(0, 0);
  assert.deepEqual(verdict({ ...bare, noInterval: "2 blocks" }), ["inconclusive", "2 blocks"]);
});

Deno.test("withVerdicts() calls training that fails a regression whatever the scores", () => {
  const broken = measured(-0.1, 0.1, { broken: "training failed with 1 seed" });
  assert.deepEqual(verdict(broken), ["regression", "training failed with 1 seed"]);
  assert.ok(!("broken" in withVerdicts([broken])[0]!));
});

Deno.test("withVerdicts() corrects among the metrics of a family, not across them", () => {
  const chance = measured(3.1, 9, { pValue: 0.02 });
  assert.equal(verdict(chance)[0], "regression");
  const three = withVerdicts([chance, measured(-1, 1, { pValue: 0.9 }), measured(-1, 1)]);
  assert.deepEqual(three.map(({ verdict }) => verdict), ["inconclusive", "unchanged", "unchanged"]);
  assert.match(three[0]!.reason, /among several metrics may be chance/);
  assert.equal(three[0]!.pValue, 0.04);
  const apart = withVerdicts([chance, measured(-1, 1, { family: "quality", pValue: 0.9 })]);
  assert.deepEqual(apart.map(({ verdict }) => verdict), ["regression", "unchanged"]);
});

Deno.test("worstOf() puts what is not known between worse and better", () => {
  assert.equal(worstOf(["unchanged", "inconclusive", "regression"]), "regression");
  assert.equal(worstOf(["unchanged", "improvement", "inconclusive"]), "inconclusive");
  assert.equal(worstOf(["unchanged", "improvement"]), "improvement");
  assert.equal(worstOf(["unchanged"]), "unchanged");
  assert.equal(worstOf([]), "inconclusive");
});
