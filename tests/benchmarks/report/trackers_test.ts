import assert from "node:assert/strict";
import { trackerFiles } from "../../../benchmarks/report/trackers.ts";
import type { Result } from "../../../benchmarks/result.ts";
import { addedTime } from "../../../benchmarks/statistics/added_time.ts";
import { meanInterval } from "../../../benchmarks/statistics/paired_t.ts";
import { type Figure, parseFigures } from "./opening.ts";
import { cell, overhead, result } from "./synthetic.ts";

function read(run: Result, path: string): Figure[] {
  const file = trackerFiles(run).find((file) => file.path === path);
  assert.ok(file !== undefined, path);
  return parseFigures(String(file.content));
}

Deno.test("customBiggerIsBetter.json has every metric in percent, with its interval", () => {
  const run = result();
  const figures = read(run, "customBiggerIsBetter.json");
  assert.deepEqual(
    figures.map(({ name }) => name),
    ["baseline", "ws", "ws-all"].flatMap((arm) =>
      ["mIoU", "pixel accuracy"].map((metric) => `ade20k/proxy/${arm}: ${metric}`)
    ),
  );
  const values = run.cells.filter(({ arm }) => arm === "ws").map(({ metrics }) => metrics.mIoU!);
  const { low, high } = meanInterval(values)!;
  const ws = figures.find(({ name }) => name === "ade20k/proxy/ws: mIoU");
  assert.ok(Math.abs(ws!.value - (low + high) / 2) < 1e-9);
  assert.equal(ws!.range, `± ${((high - low) / 2).toFixed(3)}`);
  assert.deepEqual([ws!.unit, ws!.extra], ["%", "mean of 6 seeds"]);
});

Deno.test("customSmallerIsBetter.json has step times as ratios within the run, and no time", () => {
  const timed = overhead(30, 4);
  const [figure, ...others] = read(result({ overhead: timed }), "customSmallerIsBetter.json");
  assert.deepEqual(others, []);
  assert.deepEqual([figure!.name, figure!.unit], [
    "ade20k/proxy/ws: step time over baseline's",
    "×",
  ]);
  assert.equal(figure!.value, 1 + addedTime(timed[0]!.pairs).percent / 100);
  assert.match(figure!.range!, /^± 0\.\d{3}$/);
});

Deno.test("trackerFiles() has the metric that decides, whatever it is, and rows of a sweep apart", () => {
  const run = result({ mainMetric: "score", seeds: [0] });
  run.cells = [8, 16].map((batch) =>
    cell("ws", 0, { metrics: { score: 0.5, loss: 1 }, sweep: `batch=${batch}` })
  );
  assert.deepEqual(
    read(run, "customBiggerIsBetter.json").map(({ name, unit }) => [name, unit]),
    [8, 16].map((batch) => [`ade20k/proxy/ws/batch=${batch}: score`, "score"]),
  );
});

Deno.test("trackerFiles() has no file where nothing was measured", () => {
  assert.deepEqual(trackerFiles(result({ cells: [] })), []);
  const paths = trackerFiles(result()).map(({ path }) => path);
  assert.deepEqual(paths, ["customBiggerIsBetter.json"]);
});
