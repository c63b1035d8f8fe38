import assert from "node:assert/strict";
import { curveCharts } from "../../../../benchmarks/report/cells/curve_data.ts";
import { markdownOf } from "../forms.ts";
import { cell, result } from "../synthetic.ts";

Deno.test("report.md says what a cross in a curve stands for, where there is one", () => {
  const told = (status?: "failed" | "broken") => {
    const run = result({ seeds: [0] });
    if (status !== undefined) {
      run.cells.push(cell("ws", 1, { status, metrics: {}, evaluations: [] }));
      run.seeds.push(1);
    }
    return markdownOf(run);
  };
  assert.doesNotMatch(told(), /at the cross/);
  assert.match(told("failed"), /at the cross the loss stopped being finite[.;]/);
  assert.match(
    told("broken"),
    /at the cross the loss stopped being finite, or an error ended it[.;]/,
  );
});

Deno.test("a metric without a line has no chart: of one evaluation there is none", () => {
  const charts = (evaluations: number) => {
    const run = result();
    run.cells = run.cells.map((cell) => ({
      ...cell,
      evaluations: cell.evaluations.slice(-evaluations),
    }));
    return curveCharts(run).map(({ title }) => title);
  };
  assert.deepEqual(charts(2), ["training loss", "mIoU (%)"]);
  assert.deepEqual(charts(1), ["training loss"]);
});
