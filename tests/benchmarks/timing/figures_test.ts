import * as assert from "node:assert/strict";
import { ratioOf, stepTimes } from "../../../benchmarks/timing/figures.ts";
import { blocksOf, recordOf } from "./synthetic.ts";

Deno.test("stepTimes() has the quartiles of all steps", () => {
  const blocks = [1, 2, 9].map((ms, round) => ({
    round,
    leg: "there" as const,
    durationsMs: [ms, 3],
  }));
  const times = stepTimes(recordOf("plain", blocks)); // 1 2 3 3 3 9
  assert.deepEqual(times, { median: 3, lowerQuartile: 2.25, upperQuartile: 3 });
  assert.throws(() => stepTimes(recordOf("plain", [])), RangeError);
});

Deno.test("ratioOf() has an interval from 30 rounds on, the range below", () => {
  const [plain, ws] = [recordOf("plain", blocksOf(30, 100)), recordOf("ws", blocksOf(30, 110))];
  assert.deepEqual(ratioOf(ws, plain), {
    n: 30,
    median: 1.1,
    low: 1.1,
    high: 1.1,
    isInterval: true,
  });
  plain.blocks.splice(58);
  const ratio = ratioOf(ws, plain);
  assert.deepEqual([ratio?.n, ratio?.isInterval], [29, false]);
});

Deno.test("ratioOf() is not moved by a machine that slows down", () => {
  const drift = 0.05;
  const [plain, ws] = [
    recordOf("plain", blocksOf(30, 100, drift)),
    recordOf("ws", blocksOf(30, 120, drift)),
  ];
  assert.ok(Math.abs((ratioOf(ws, plain)?.median ?? NaN) - 1.2) < 1e-12);
  assert.ok(Math.abs((ratioOf(ws, plain)?.high ?? NaN) - 1.2) < 1e-12);
});

Deno.test("ratioOf() pairs the rounds that both ran whole", () => {
  const plain = recordOf("plain", blocksOf(5, 100));
  const ws = recordOf("ws", blocksOf(3, 150));
  ws.blocks.pop(); // died on the way back
  ws.blocks[0]!.durationsMs = [250];
  assert.deepEqual(ratioOf(ws, plain), {
    n: 2,
    median: 1.75,
    low: 1.5,
    high: 2,
    isInterval: false,
  });
  assert.equal(ratioOf(recordOf("ws", []), plain), undefined);
});
