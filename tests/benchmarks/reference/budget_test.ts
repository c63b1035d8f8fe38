/** What is said of the time that parts take. */
import assert from "node:assert/strict";
import { budgetOf, budgetText, type PartBudget } from "../../../benchmarks/reference/budget.ts";
import { cellKey } from "../../../benchmarks/record/mod.ts";
import { suiteRunner } from "../../../benchmarks/run/program.ts";
import type { Planned } from "../../../benchmarks/run/plan/describe.ts";
import { ade20k } from "../../../benchmarks/tasks/suites.ts";

const minutes = (...counts: number[]) => counts.map((count) => 60_000 * count);
const signal = new AbortController().signal;

Deno.test("budgetText() adds up the longest shard of each part, and what is not known says so", () => {
  const parts: PartBudget[] = [
    // Two shards take 1 + 3 and 2 + 4 minutes, and the first the timing.
    { name: "a", cells: 4, done: 0, times: { cellsMs: minutes(1, 2, 3, 4), timingMs: 0 } },
    { name: "b", cells: 3, done: 1, times: { cellsMs: minutes(0, 5, 7), timingMs: 60_000 } },
  ];
  assert.equal(
    budgetText(parts, 2),
    "budget: 2 parts, 6 cells, about 14 min 0 s, 2 jobs beside each other, if each is as fast " +
      "then as one alone\n" +
      "  a: 4 cells, 4 min 0 s at most a cell, 6 min 0 s in all\n" +
      "  b: 2 cells (1 more is done), 7 min 0 s at most a cell, 8 min 0 s in all",
  );
  assert.match(budgetText(parts, 1), /about 23 min 0 s, 1 job beside/);
  assert.match(budgetText(parts, 64), /about 11 min 0 s, /); // as its longest cells
  const others = budgetText([
    ...parts,
    { name: "c", after: "a" },
    { name: "d", cells: 1, done: 0, times: "no memory" },
  ], 2);
  assert.match(others, /^budget: 4 parts, 7 cells, about 14 min 0 s and what is not known yet, /);
  assert.match(others, /^ {2}c: not known before a is done, whose weights or rates it takes$/m);
  assert.match(others, /^ {2}d: 1 cell, time not known: no memory$/m);
});

Deno.test("budgetOf() takes cells that are done as nothing, and says of which part an error is", async () => {
  const { options } = suiteRunner(ade20k);
  const arm = (name: string) => ({
    name,
    steps: 10,
    task: { batchSize: 8 },
    profile: { evaluations: 1 },
  });
  const cells = [0, 1].flatMap((seed) =>
    ["baseline", "ws"].map((name) => ({ arm: arm(name), seed }))
  );
  const probe = { stepMs: 100, startMs: 50, evaluationMs: 0, otherStepsMs: new Map() };
  const asked: string[] = [];
  const planned = {
    plan: { cells, arms: [arm("baseline")], task: { batchSize: 8 }, timingRounds: 0, workers: 1 },
    estimate: { probe },
  } as unknown as Planned;
  const runner = {
    options,
    plan: (words: { arms?: string | undefined }) => {
      asked.push(words.arms!);
      return Promise.resolve(planned);
    },
  };
  const done = new Set([cellKey({ arm: "ws", seed: 0 })]);
  const words = ["--arms", "baseline,ws"];
  assert.deepEqual(await budgetOf("p", runner, words, done, signal), {
    ...{ name: "p", cells: 4, done: 1 },
    times: { cellsMs: [1050, 0, 1050, 1050], timingMs: 0 },
  });
  assert.deepEqual(asked, ["baseline,ws"]);
  await assert.rejects(budgetOf("p", runner, ["--armz", "ws"], done, signal), {
    name: "UsageError",
    message: /^Cannot run p: unknown option '--armz'/,
  });
  await assert.rejects(budgetOf("p", runner, ["--help"], done, signal), /its words ask for help/);
});
