import assert from "node:assert/strict";
import { OwnAlgorithm } from "../../../benchmarks/run/own_algorithm.ts";
import type { State } from "../../../src/training/engine.ts";

Deno.test("OwnAlgorithm names its module, and repeats no control characters of an error", () => {
  const own = new OwnAlgorithm({
    name: "Mine",
    match: () => {
      throw new Error("no\u001b[2J such\nlayer");
    },
    apply: () => {},
  }, "arms.ts");
  assert.throws(() => own.match("init", {} as State), {
    name: "UsageError",
    message: 'Cannot go on as the algorithm Mine of arms.ts throws at "init": no[2J such layer',
  });
});
