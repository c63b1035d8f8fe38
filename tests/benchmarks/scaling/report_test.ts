import assert from "node:assert/strict";
import { parse } from "csv-parse/sync";
import { parseRecord } from "../../../benchmarks/record/mod.ts";
import { mergeRecords } from "../../../benchmarks/record/merge_runs.ts";
import { differenceOf } from "../../../benchmarks/record/same_run.ts";
import { reportFiles } from "../../../benchmarks/report/mod.ts";
import { scalingCsv } from "../../../benchmarks/report/scaling/csv.ts";
import { plantedResult, rowOf, scalingResult } from "./synthetic.ts";

const files = async (record = plantedResult()) => {
  const all = await reportFiles(record);
  return new Map(all.map(({ path, content }) => [path, content as string]));
};

Deno.test("the report of bench:scaling has goals, figures, and a projection that is called one", async () => {
  const report = await files();
  const text = report.get("report.md")!;
  for (
    const line of [
      "**ResNet-50, 2 workers, tensorflow: plain:** ",
      "the step takes 0.872 \\[0.872, 0.872\\] × that of PyTorch DDP, eager: plain",
      "25 % of the all-reduce is hidden, in 20 % of which processors only wait",
      "a worker sends 1.050 × what a ring has to",
      "| tensorflow: plain | 104.6 | 80.0 | 32.8 | 24.6 | 80 |",
      "A projection, not a measurement",
      "ResNet-50, 4 workers, oversubscribed",
      "They took turns: times say nothing of as many cores",
    ]
  ) assert.ok(text.includes(line), line);
  assert.match(
    text,
    /over that of PyTorch DDP, eager: plain \| 0\.95 \| 0\.872 .*\| \*\*met\*\* \|/,
  );
  assert.match(text, /all-reduce alone \| 0\.60 \| 0\.750 .*\| \*\*missed\*\* \|/);
  assert.match(report.get("report.html")!, /<svg|Step time against workers/);
  assert.match(report.get("scaling.svg")!, /stroke-dasharray/);
  assert.match(report.get("report.tex")!, /Goals of two workers/);
});

Deno.test("scaling.csv has every duration of every worker", () => {
  const record = plantedResult();
  const rows: Record<string, string>[] = parse(scalingCsv(record), { columns: true });
  const steps = rows.filter(({ work, workers, group }) =>
    work === "step" && workers === "2" && group === "plain"
  );
  assert.equal(steps.length, 30 * 2 * 2);
  assert.deepEqual(
    new Set(steps.map(({ durationMs }) => durationMs)),
    new Set(["65.375", "130.75"]),
  );
  const transfers = rows.filter(({ work, workers }) => work === "transfer" && workers === "4");
  assert.deepEqual(transfers.map(({ rank }) => rank).slice(0, 4), ["0", "1", "2", "3"]);
});

Deno.test("a measurement without a result asks its question, and says what was not run", async () => {
  const report = await files(scalingResult([]));
  assert.match(report.get("report.md")!, /how much of their all-reduce is hidden/);
  const [, two] = plantedResult().rows;
  const { ready: _, peakBytes: __, value: ___, ...ddp } = two!.groups.at(-1)!;
  const absent = { ...ddp, status: "not run" as const, error: "Cannot import torch", blocks: [] };
  const row = rowOf(2, [two!.groups[0]!, { ...absent, transfers: [] }]);
  const text = (await files(scalingResult([row]))).get("report.md")!;
  assert.match(text, /PyTorch DDP, compiled: plain\*\*: not run: Cannot import torch/);
  assert.ok(!text.includes("× that of"), "there is nobody to compare with");
});

Deno.test("a record of scaling is read as it was written", () => {
  const record = plantedResult();
  assert.deepEqual(parseRecord(JSON.stringify(record), "result.json").record, record);
});

Deno.test("records of groups are not merged; rows of other numbers of workers may be added", () => {
  const record = plantedResult();
  assert.throws(
    () => mergeRecords([record, record]),
    /UsageError: Cannot merge measurements of groups of workers: each is of one machine and run/,
  );
  const more = { ...record, config: { ...record.config, workers: [8], depths: [18] } };
  assert.equal(differenceOf(record, more), undefined);
  const other = { ...record, config: { ...record.config, batchSize: 4 } };
  assert.match(differenceOf(record, other)!, /config\.batchSize/);
});
