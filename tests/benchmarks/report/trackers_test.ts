import assert from "node:assert/strict";
import { trackerFiles } from "../../../benchmarks/report/trackers.ts";
import type { Result } from "../../../benchmarks/record/mod.ts";
import { addedTime } from "../../../benchmarks/judge/statistics/added_time.ts";
import { meanInterval } from "../../../benchmarks/judge/statistics/paired_t.ts";
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
  assert.deepEqual(
    others.map(({ name, value }) => [name, value]),
    ["baseline", "ws", "ws-all"].map((arm) => [`ade20k/proxy/${arm}: failed cells`, 0]),
  );
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

Deno.test("names stay in the cell of github-action-benchmark's table, which has them as code", () => {
  const name = "a`|b\n## c";
  const run = result({ mainMetric: name });
  run.arms = run.arms.map((arm) => ({ ...arm, name: `${name}${arm.name}` }));
  run.cells = run.arms.map((arm) => cell(arm.name, 0, { metrics: { [name]: 1 } }));
  const figures = read(run, "customBiggerIsBetter.json");
  assert.equal(figures.length, 3);
  assert.equal(figures[0]!.name, "ade20k/proxy/a'/b ## cbaseline: a'/b ## c");
  for (const { name, unit } of figures) assert.doesNotMatch(name + unit, /[`|\n]/);
});

Deno.test("trackerFiles() has no file where nothing was measured", () => {
  assert.deepEqual(trackerFiles(result({ cells: [] })), []);
  const stopped = result({ cells: [cell("ws", 0, { status: "interrupted", metrics: {} })] });
  assert.deepEqual(trackerFiles(stopped), []);
});

/** What github-action-benchmark calls worse, and by which ratio: its `findAlerts` and `getRatio`. */
function alerts(before: Result, now: Result, threshold: number): string[] {
  return ["customBiggerIsBetter.json", "customSmallerIsBetter.json"].flatMap((path) =>
    read(now, path).filter(({ name, value }) => {
      const prev = read(before, path).find((figure) => figure.name === name)?.value;
      if (prev === undefined || (prev === 0 && value === 0)) return false;
      return (path.startsWith("customBigger") ? prev / value : value / prev) > threshold;
    }).map(({ name }) => name)
  );
}

Deno.test("trackerFiles() lets a total failure alarm, at any threshold", () => {
  const before = result();
  assert.deepEqual(alerts(before, before, 1), []);
  for (const status of ["failed", "broken"] as const) {
    const failing = (fails: (arm: string, seed: number) => boolean) => ({
      ...before,
      mainMetric: "mIoU",
      cells: before.cells.map((each) =>
        fails(each.arm, each.seed) ? { ...each, status, metrics: {}, evaluations: [] } : each
      ),
    });
    const key = "ade20k/proxy";
    assert.deepEqual(alerts(before, failing((arm) => arm === "ws"), 1000), [
      `${key}/ws: mIoU`,
      `${key}/ws: failed cells`,
    ]);
    assert.equal(alerts(before, failing(() => true), 1000).length, 6, "with no metric left at all");
    const one = failing((arm, seed) => arm === "ws" && seed === 3);
    assert.deepEqual(alerts(before, one, 1000), [`${key}/ws: failed cells`]);
  }
});
