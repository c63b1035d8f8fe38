/** What is made of arms that a run left out, as they cannot be trained as they are set. */
import assert from "node:assert/strict";
import { readResult, type Result, writeResult } from "../../../../benchmarks/record/mod.ts";
import { answers } from "../../../../benchmarks/report/cells/answer.ts";
import { seedValues } from "../../../../benchmarks/judge/contrasts.ts";
import { markdownOf } from "../forms.ts";
import { result } from "../synthetic.ts";

const reason = "Cannot train as it has one value\n  for each channel";

/** The run whose third arm was refused. */
function refusing(): Result {
  const run = result({ suite: "compare" });
  return {
    ...run,
    arms: run.arms.map((arm) => arm.name === "ws-all" ? { ...arm, refused: reason } : arm),
    cells: run.cells.filter(({ arm }) => arm !== "ws-all"),
  };
}

Deno.test("a report names a refused arm with its reason, and compares the others", () => {
  const run = refusing();
  const text = markdownOf(run);
  assert.match(text, /^\| WS on all \| 0 of 6 \| refused \|$/m);
  const lines = text.split("\n").filter((line) => line.startsWith("- **WS on all"));
  assert.deepEqual(lines, [
    "- **WS on all**: refused. Cannot train as it has one value for each channel",
  ]);
  const said = answers(run).map((line) =>
    [line].flat(2).map((part) => typeof part === "string" ? part : "text" in part ? part.text : "")
      .join("")
  );
  assert.match(said[0]!, /^WS, 15 ignored beats baseline by 1\.0/);
  assert.equal(
    said[1],
    "Nothing to compare between WS on all and baseline: WS on all cannot be trained.",
  );
});

Deno.test("the matrix of a grid has a refused arm as such, not as one that did not run", () => {
  const arms = { baseline: ["a", 1], ws: ["a", 2], "ws-all": ["b", 1] };
  const axes = [
    { name: "norm", label: "norm", levels: ["a", "b"] },
    { name: "size", label: "size", levels: [1, 2] },
  ];
  const text = markdownOf({ ...refusing(), grid: { axes, at: arms, effect: "norm" } });
  assert.match(text, /^\| 1 \| 40\.\d\d ± \d\.\d\d \| refused \|$/m);
});

Deno.test("steps are said to be timed beside the first arm that was not refused", () => {
  const { arms, ...run } = result({ suite: "compare" });
  const pairs = [{ baselineMs: 100, armMs: 110 }];
  const text = markdownOf({
    ...run,
    arms: arms.map((arm, i) => i === 0 ? { ...arm, refused: reason } : arm),
    cells: run.cells.filter(({ arm }) => arm !== "baseline"),
    overhead: [{ arm: "ws-all", baseline: "ws", pairs }],
  });
  assert.match(text, /^\| baseline \| 0 of 6 \| refused \| refused \|$/m);
  assert.match(text, /^\| WS, 15 ignored \| 6 \| \S+ ± \S+ \| – \|$/m);
});

Deno.test("seedValues() leaves out every seed of a contrast that a refused arm is in", () => {
  const { seeds, leftOut } = seedValues(
    refusing(),
    { weights: { "ws-all": 1, ws: -1 } },
    ({ metrics }) => metrics.mIoU,
  );
  assert.deepEqual(seeds, []);
  assert.deepEqual(leftOut[0], { seed: 0, reason: "WS on all cannot be trained" });
  assert.equal(leftOut.length, 6);
});

Deno.test("a record keeps why an arm was refused", async () => {
  const path = await Deno.makeTempFile({ suffix: ".json" });
  try {
    await writeResult(path, refusing());
    assert.equal((await readResult(path)).arms[2]!.refused, reason);
  } finally {
    await Deno.remove(path);
  }
});
