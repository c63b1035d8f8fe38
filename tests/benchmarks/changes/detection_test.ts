import assert from "node:assert/strict";
import { parse } from "csv-parse/sync";
import { drawComparisons, type Pool } from "../../../benchmarks/changes/detection/draws.ts";
import {
  type DetectionRecord,
  parseDetection,
} from "../../../benchmarks/changes/detection/record.ts";
import { detectionCsv, detectionMarkdown } from "../../../benchmarks/changes/detection/report.ts";
import { noise } from "./noise.ts";

/** Scores that scatter by 3 over seeds and by 1.3 within a seed. */
function poolOf(size: number, drop: number): Pool {
  const random = noise(3);
  const seeds = Array.from({ length: size }, (_, seed) => seed);
  const base = seeds.map(() => 35 + 3 * random());
  return {
    base: { seeds, scores: base },
    head: { seeds, scores: base.map((score) => score - drop + 1.3 * random()) },
  };
}

Deno.test("drawComparisons() finds a drop with the same seeds, and seldom one that is not there", () => {
  const pool = poolOf(40, 1.5);
  const rate = (condition: Parameters<typeof drawComparisons>[1], seeds: number) =>
    drawComparisons(pool, condition, seeds, 400)!.verdicts.regression / 400;
  assert.ok(rate("drop of exactly 1.5, same seeds", 16) > 0.85);
  assert.ok(rate("same code, other seeds", 16) < 0.05);
  assert.ok(rate("drop, other seeds", 16) < 0.5, "seeds scatter more than the drop");
  assert.ok(rate("drop, same seeds", 6) < rate("drop, same seeds", 20));
});

Deno.test("drawComparisons() repeats, and has nothing to say of a pool that is too small", () => {
  const pool = poolOf(20, 1.5);
  const draw = () => drawComparisons(pool, "same code, other seeds", 10, 30);
  assert.deepEqual(draw(), draw());
  assert.equal(drawComparisons(pool, "same code, other seeds", 11, 30), undefined);
  assert.equal(drawComparisons(pool, "drop, same seeds", 21, 30), undefined);
});

const record: DetectionRecord = {
  schemaVersion: 1,
  kind: "detection",
  commit: "abc",
  environment: { cpu: "a processor", cores: 2 },
  config: { works: "train-ws", blocks: 30 },
  command: "deno task bench:detection",
  createdAt: "2026-01-02T03:04:05.678Z",
  times: [
    ["same code", "unchanged", 0.2],
    ["slower by 10 %", "regression", 10.1],
    ["same code", "inconclusive", -1],
  ].map(([condition, verdict, change]) => ({
    condition,
    verdict,
    metrics: [{ name: "train-ws", change, verdict }],
    warnings: [],
    durationMs: 60_000,
  })) as DetectionRecord["times"],
  pool: poolOf(20, 1.5),
};

Deno.test("detectionMarkdown() and detectionCsv() count alarms by condition", () => {
  const text = detectionMarkdown(record);
  assert.match(text, /\| times \| same code \| \*\*0 of 2\*\* \| 1 \| 0 \| 1 \|/);
  assert.match(text, /\| times \| slower by 10 % \| \*\*1 of 1\*\* .*median change \+10\.1 %/);
  assert.match(text, /\| quality, 16 seeds \| drop, same seeds \| \*\*\d+ of 20\*\*/);
  assert.match(text, /drawn from 20 seeds/);
  const rows: Record<string, string>[] = parse(detectionCsv(record), { columns: true });
  assert.deepEqual(
    rows.slice(0, 2).map(({ condition, comparisons, regression }) => [
      condition,
      comparisons,
      regression,
    ]),
    [["same code", "2", "0"], ["slower by 10 %", "1", "1"]],
  );
});

Deno.test("parseDetection() reads what was written, and names what it cannot", () => {
  assert.deepEqual(parseDetection(JSON.stringify(record), "detection.json"), record);
  const other = JSON.stringify({ ...record, schemaVersion: 2 });
  assert.throws(() => parseDetection(other, "detection.json"), /Cannot read "detection\.json"/);
});
