import assert from "node:assert/strict";
import { contrastsOf } from "../../../benchmarks/judge/contrast_estimates.ts";
import { meanT } from "../../../benchmarks/judge/statistics/paired_t.ts";
import { minus } from "./statistics/fixtures.ts";
import { cell, result } from "../report/synthetic.ts";

/** Three arms, whose seeds scatter so that each contrast has a p-value of its own. */
const run = result({
  cells: [0, 1, 2, 3, 4, 5].flatMap((seed) => [
    cell("baseline", seed, { mIoU: 40 }),
    cell("ws", seed, { mIoU: 41 + Math.sin(3 * seed) }),
    cell("ws-all", seed, { mIoU: 40.5 + Math.cos(seed) }),
  ]),
});

Deno.test("contrastsOf() corrects p-values by Holm over all contrasts of the table", () => {
  const contrasts = contrastsOf(run, "mIoU");
  const raw = contrasts.map(({ difference }) => difference!.pValue!);
  const [least, middle, most] = raw.toSorted((a, b) => a - b) as [number, number, number];
  assert.ok(least > 0 && most < 1 && new Set(raw).size === 3, `${raw}`);
  const corrected = new Map([
    [least, Math.min(1, 3 * least)],
    [middle, Math.min(1, Math.max(3 * least, 2 * middle))],
    [most, Math.min(1, Math.max(3 * least, 2 * middle, most))],
  ]);
  assert.deepEqual(
    contrasts.map(({ pValue }) => pValue),
    raw.map((pValue) => corrected.get(pValue)),
  );
});

Deno.test("contrastsOf() takes each arm minus the first, and ws-all minus ws", () => {
  const values = (arm: string) =>
    run.cells.filter((each) => each.arm === arm).map(({ metrics }) => metrics.mIoU!);
  const [baseline, ws, all] = ["baseline", "ws", "ws-all"].map(values) as [
    number[],
    number[],
    number[],
  ];
  assert.deepEqual(
    contrastsOf(run, "mIoU").map(({ label, difference }) => [label, difference]),
    [
      ["ws − baseline", meanT(minus(ws, baseline))],
      ["ws-all − baseline", meanT(minus(all, baseline))],
      ["ws-all − ws", meanT(minus(all, ws))],
    ],
  );
});
