import assert from "node:assert/strict";
import { parse } from "csv-parse/sync";
import { costPrefix, csvFiles } from "../../../benchmarks/report/cells/csv.ts";
import type { Result } from "../../../benchmarks/record/mod.ts";
import { meanT } from "../../../benchmarks/judge/statistics/paired_t.ts";
import { cell, overhead, result } from "./synthetic.ts";

function read(run: Result, path: string): Record<string, string>[] {
  const file = csvFiles(run).find((file) => file.path === path);
  assert.ok(file !== undefined, path);
  return parse(String(file.content), { columns: true });
}

Deno.test("result.csv holds every metric of every cell in full precision", () => {
  const run = result();
  const rows = read(run, "result.csv");
  for (const { arm, seed, metrics } of run.cells) {
    for (const [metric, value] of Object.entries(metrics)) {
      const found = rows.filter((row) =>
        row.arm === arm && row.seed === String(seed) && row.metric === metric
      );
      assert.deepEqual(found.map((row) => Number(row.value)), [value]);
    }
  }
  assert.deepEqual(Object.keys(rows[0] ?? {}), ["arm", "seed", "metric", "value"]);
});

Deno.test("result.csv names classes as they are and leaves a class without an IoU empty", () => {
  const rows = read(result(), "result.csv");
  const quoted = rows.filter((row) => row.metric === 'iou/a, "quoted" | name');
  assert.equal(quoted.length, 18);
  assert.ok(quoted.every(({ value }) => value === ""));
});

Deno.test("result.csv repeats but for the rows of costs when only timings differ", () => {
  const slower = result();
  slower.cells.forEach((each) => {
    each.stepDurationsMs = each.stepDurationsMs.map((duration) => duration * 2);
    each.imagesPerSecond /= 2;
    each.durationMs += 1;
    each.peakBytes += 1;
  });
  for (const path of ["result.csv", "summary.csv"]) {
    const rest = (run: Result) =>
      read(run, path).filter((row) => !row.metric?.startsWith(costPrefix));
    assert.deepEqual(rest(slower), rest(result()));
    assert.notDeepEqual(read(slower, path), read(result(), path));
  }
});

Deno.test("result.csv is the same whatever the order of a record's metrics", () => {
  const turned = result();
  turned.cells.forEach((each) => {
    each.metrics = Object.fromEntries(Object.entries(each.metrics).reverse());
  });
  assert.deepEqual(csvFiles(turned), csvFiles(result()));
});

Deno.test("summary.csv has the mean and its interval over the cells that are done", () => {
  const run = result();
  run.cells = run.cells.map((each) =>
    each.arm === "ws" && each.seed === 5 ? { ...each, status: "failed" } : each
  );
  const values = run.cells.filter(({ arm, status }) => arm === "ws" && status === "done")
    .map(({ metrics }) => metrics.mIoU ?? NaN);
  const expected = meanT(values);
  const row = read(run, "summary.csv").find((row) => row.arm === "ws" && row.metric === "mIoU");
  assert.equal(row?.n, "5");
  assert.equal(Number(row.mean), expected.mean);
  assert.equal(Number(row.sd), expected.sd);
  assert.equal(Number(row.low), expected.interval?.low);
  assert.equal(Number(row.high), expected.interval?.high);
});

Deno.test("summary.csv leaves spread and interval of one seed empty", () => {
  const row = read(result({ seeds: [3] }), "summary.csv").find(({ metric }) => metric === "mIoU");
  assert.deepEqual([row?.n, row?.sd, row?.low, row?.high], ["1", "", "", ""]);
});

Deno.test("result.csv marks a failed cell", () => {
  const failed = cell("ws", 0, { status: "failed", metrics: {}, classIou: [] });
  const rows = read(result({ cells: [failed] }), "result.csv");
  assert.equal(rows.find(({ metric }) => metric === "done")?.value, "0");
  assert.deepEqual(read(result({ cells: [failed] }), "summary.csv"), []);
});

Deno.test("overhead.csv holds the raw pairs, and is left out where nothing was timed", () => {
  const timed = overhead(3, 5);
  const rows = read(result({ overhead: timed }), "overhead.csv");
  assert.deepEqual(
    rows.map(({ baselineMs, armMs }) => ({ baselineMs: Number(baselineMs), armMs: Number(armMs) })),
    timed[0]?.pairs,
  );
  assert.deepEqual(csvFiles(result()).map(({ path }) => path), ["result.csv", "summary.csv"]);
});
