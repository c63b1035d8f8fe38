import assert from "node:assert/strict";
import { pair } from "../../../benchmarks/experiments/contrasts.ts";
import { contrastsOfRun, seedValues } from "../../../benchmarks/judge/contrasts.ts";
import { contrastsOf } from "../../../benchmarks/judge/contrast_estimates.ts";
import { holm } from "../../../benchmarks/judge/statistics/holm.ts";
import { meanT } from "../../../benchmarks/judge/statistics/paired_t.ts";
import { minus } from "./statistics/fixtures.ts";
import { cell, result } from "../report/synthetic.ts";

Deno.test("seedValues() keeps common seeds and says why others are left out", () => {
  const whole = result({ seeds: [0, 1, 2, 3, 4] });
  const change: Record<string, Parameters<typeof cell>[2]> = {
    "ws 1": { status: "failed" },
    "baseline 2": { status: "interrupted" },
    "ws 3": { metrics: {} },
  };
  whole.cells = whole.cells.filter(({ arm, seed }) => !(arm === "ws" && seed === 4))
    .map((each) => ({ ...each, ...change[`${each.arm} ${each.seed}`] }) as typeof each);
  const found = seedValues(whole, pair("ws", "baseline"), ({ metrics }) => metrics.mIoU);
  assert.deepEqual(found.seeds, [0]);
  const [ws, baseline] = ["ws", "baseline"].map((name) =>
    whole.cells.find(({ arm, seed }) => arm === name && seed === 0)!.metrics.mIoU!
  );
  assert.deepEqual(found.values, [ws! - baseline!]);
  assert.deepEqual(found.leftOut, [
    { seed: 1, reason: "WS, 15 ignored failed" },
    { seed: 2, reason: "baseline was interrupted" },
    { seed: 3, reason: "WS, 15 ignored has no such value" },
    { seed: 4, reason: "WS, 15 ignored did not run" },
  ]);
});

Deno.test("seedValues() weighs arms, and asks nothing of an arm of weight 0", () => {
  const run = result({ seeds: [0] });
  run.cells = [[2, "a"], [3, "b"], [5, "c"], [11, "d"]].map(([mIoU, arm]) =>
    cell(String(arm), 0, { mIoU: Number(mIoU) })
  );
  const weights = { a: 1, b: -1, c: -1, d: 1, absent: 0 };
  assert.deepEqual(seedValues(run, { weights }, ({ metrics }) => metrics.mIoU).values, [5]);
});

Deno.test("contrastsOfRun() gives those of the record, and the usual ones of earlier versions", () => {
  const run = result();
  assert.deepEqual(contrastsOfRun(run).map(({ name }) => name), [
    "ws - baseline",
    "ws-all - baseline",
    "ws-all - ws",
  ]);
  const contrasts = [{ ...pair("ws-all", "ws"), weights: { "ws-all": 1, ws: -1 } }];
  assert.deepEqual(contrastsOfRun({ ...run, contrasts }), contrasts);
});

Deno.test("contrastsOf() corrects the p-values of all contrasts of a run as one family", () => {
  const run = result();
  const values = (arm: string) =>
    run.seeds.map((seed) =>
      run.cells.find((each) => each.arm === arm && each.seed === seed)!.metrics.mIoU!
    );
  const alone = [["ws", "baseline"], ["ws-all", "baseline"], ["ws-all", "ws"]].map(([a, b]) =>
    meanT(minus(values(a!), values(b!))).pValue!
  );
  const corrected = contrastsOf(run, "mIoU").map(({ pValue }) => pValue);
  assert.deepEqual(corrected, holm(alone));
  assert.notDeepEqual(corrected, alone);
});
