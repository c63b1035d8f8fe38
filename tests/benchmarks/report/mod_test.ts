import assert from "node:assert/strict";
import { exporters, writeReport } from "../../../benchmarks/report/mod.ts";
import { cell, overhead, panel, png, result } from "./synthetic.ts";

Deno.test("writeReport() writes every exporter's files, the same ones again", async () => {
  const predictions = [{ name: "a", labels: png(4, 3, 1, () => 1) }];
  const run = result({ panels: [panel("a", 4, 3)], overhead: overhead(30, 2) });
  run.cells = run.cells.map((each) => cell(each.arm, each.seed, { predictions }));
  const folder = await Deno.makeTempDir();
  try {
    const paths = await writeReport(folder, run);
    const names = [
      "result.csv",
      "summary.csv",
      "overhead.csv",
      "report.md",
      "curves.svg",
      "curves-dark.svg",
      "panel.png",
      "report.html",
      "customBiggerIsBetter.json",
      "customSmallerIsBetter.json",
    ];
    assert.deepEqual(paths.map((path) => path.slice(folder.length + 1)), names);
    const bytes = await Promise.all(paths.map((path) => Deno.readFile(path)));
    await writeReport(folder, run);
    assert.deepEqual(await Promise.all(paths.map((path) => Deno.readFile(path))), bytes);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), names.sort());
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("exporters leave the result as it is", async () => {
  const run = result({ panels: [panel("a", 4, 3)] });
  const before = structuredClone(run);
  for (const exporter of exporters) await exporter.files(run);
  assert.deepEqual(run, before);
});
