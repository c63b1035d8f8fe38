/** The tables of `docs/results.md`, of records that were made up. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { parts } from "../../../benchmarks/reference/parts.ts";
import {
  costTable,
  differenceTable,
  keptParts,
  resultTables,
  scoreTable,
} from "../../../benchmarks/reference/result_tables.ts";
import { writeResult } from "../../../benchmarks/record/mod.ts";
import { cell, result } from "../report/synthetic.ts";

const rowsOf = (table: string) =>
  table.split("\n").map((line) => line.split("|").slice(1, -1).map((text) => text.trim()));

/** WS is 1, 2 and 3 above the baseline at the end, and 0, 3 and 6 above it at a quarter. */
const run = result({
  arms: result().arms.map((arm) =>
    arm.name === "ws" ? { ...arm, settings: { learningRate: 0.4 } } : arm
  ),
  config: { learningRate: 0.8 },
  cells: [0, 1, 2].flatMap((seed) => [
    cell("baseline", seed, { mIoU: 40, early: 30, durationMs: 60_000 }),
    cell("ws", seed, { mIoU: 41 + seed, early: 30 + 3 * seed, durationMs: 90_000 }),
  ]),
});

Deno.test("scoreTable() has each arm's own rate, its seeds and its metric", () => {
  const [head, , baseline, ws] = rowsOf(scoreTable(run));
  assert.deepEqual(head, ["arm", "learning rate", "seeds", "mIoU (%)"]);
  assert.deepEqual(baseline!.slice(1), ["0.8", "3", "40.00 ± 0.00"]);
  assert.deepEqual(ws!.slice(1), ["0.4", "3", "42.00 ± 2.48"]); // 4.3027 / sqrt(3)
});

Deno.test("differenceTable() has each contrast at the end, and a quarter against it", () => {
  const [head, , ws] = rowsOf(differenceTable(run));
  assert.equal(head![2], "mIoU at the end [95 %]");
  assert.equal(ws![1], "3");
  assert.equal(ws![2], "+2.00 [−0.48, +4.48]");
  assert.equal(ws![4], "+1.00 [−3.97, +5.97]"); // of −1, 1, 3 …
});

Deno.test("costTable() adds up what runs took, and counts what did not end well", () => {
  const broken = {
    ...run,
    cells: [...run.cells.slice(1), cell("baseline", 0, { status: "failed" })],
  };
  const rows = rowsOf(costTable([{ name: "a", result: run }, { name: "b", result: broken }]));
  const [a, b, all] = rows.slice(2);
  assert.equal(a![0], "[a](../reports/a/report.md)");
  assert.deepEqual(a!.slice(3, 6), ["6 done", "0.13", "1 min 30 s"]);
  assert.match(b![3]!, /^5 done, 1 failed$/);
  assert.match(all![3]!, /^11 done, 1 failed$/);
});

Deno.test("keptParts() reads the parts that have a report, and resultTables() has two of each part", async () => {
  const folder = await Deno.makeTempDir({ prefix: "kept-parts-" });
  try {
    assert.deepEqual(await keptParts(folder), []);
    const [, { name }] = parts as [unknown, { name: string }];
    await writeResult(join(folder, name, "result.json"), run);
    const kept = await keptParts(folder);
    assert.deepEqual(kept, [{ name, result: run }]);
    const tables = resultTables(kept);
    assert.equal(tables.size, 1 + 2 * parts.length);
    assert.equal(tables.get(`scores of ${name}`), scoreTable(run));
    assert.equal(tables.get(`differences of ${name}`), differenceTable(run));
    assert.equal(tables.get(`scores of ${parts[0]!.name}`), "**Not run yet.**");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
