import assert from "node:assert/strict";
import { failureLine, failureSummary } from "../../../benchmarks/run/failures.ts";
import { cell, result } from "../report/synthetic.ts";

Deno.test("failureSummary() counts and names the cells that failed or broke", () => {
  const run = result({ seeds: [0, 1] });
  run.cells = [
    cell("baseline", 0),
    cell("baseline", 1, { status: "interrupted" }),
    cell("ws", 0, { status: "failed", steps: 57, error: "the loss is NaN" }),
    cell("ws", 1, { status: "broken", steps: 3, error: "TypeError: no", sweep: "batch=8" }),
  ];
  assert.deepEqual(failureSummary(run), [
    "4 cells, 1 failed, 1 broke",
    "  failed: ws, seed 0, step 57: the loss is NaN",
    "  broke: ws, batch=8, seed 1, step 3: TypeError: no",
  ]);
  assert.deepEqual(failureSummary(result()), []);
  assert.equal(failureLine(cell("ws", 0)), undefined);
  const odd = cell("a\n::error::b\u001b[2J", 0, { status: "failed", steps: 1, error: "x\n\ny" });
  assert.equal(failureLine(odd), "failed: a ::error::b[2J, seed 0, step 1: x y");
});
