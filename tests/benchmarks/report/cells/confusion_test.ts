import assert from "node:assert/strict";
import { confusionBlocks } from "../../../../benchmarks/report/cells/confusion.ts";
import type { Table } from "../../../../benchmarks/report/document.ts";
import { isNumber } from "../../../../benchmarks/report/text.ts";
import { cell, result } from "../synthetic.ts";

Deno.test("confusionBlocks() has the pairs that are confused most, as shares of the truth", () => {
  const run = result({ seeds: [0, 1], cells: [] });
  run.arms = run.arms.slice(0, 2);
  run.data = { ...run.data, classes: 3, classNames: ["road", "sky", "tree"] };
  const counted = (arm: string, seed: number, confusion: number[][]) =>
    cell(arm, seed, { confusion });
  run.cells = [
    counted("baseline", 0, [[90, 10, 0], [0, 50, 0], [0, 0, 0]]),
    counted("baseline", 1, [[90, 10, 0], [25, 25, 0], [0, 0, 0]]),
    counted("ws", 0, [[100, 0, 0], [0, 50, 0], [0, 0, 0]]),
    { ...counted("ws", 1, [[0, 100, 0], [0, 0, 0], [0, 0, 0]]), status: "failed" },
  ];
  const table = confusionBlocks(run).find((block) => block.kind === "table") as Table;
  const rows = table.rows.map((row) => row.map((cell) => isNumber(cell) ? cell.value : cell));
  assert.deepEqual(rows, [["sky", "road", 25, 0], ["road", "sky", 10, 0]]);
});

Deno.test("confusionBlocks() is nothing where no cell counted", () => {
  assert.deepEqual(confusionBlocks(result()), []);
});
