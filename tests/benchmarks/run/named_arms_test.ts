import assert from "node:assert/strict";
import { completeArm } from "../../../benchmarks/experiments/arm.ts";
import { pair } from "../../../benchmarks/experiments/contrasts.ts";
import { chosenArms, ownArms } from "../../../benchmarks/run/modules.ts";
import { atRates, namedArms } from "../../../benchmarks/run/named_arms.ts";
import { norms } from "../../../benchmarks/tasks/suites.ts";

const quick = norms.profiles.quick!;
const swept = { ...quick, learningRates: [0.1, 0.2] };

Deno.test("atRates() crosses a user's contrasts with rates, and replaces a suite's", async () => {
  const arms = ["a", "b", "c"].map((name) => completeArm({ name }));
  const own = atRates(ownArms(arms, [pair("c", "b")], "a test"), swept, []);
  assert.deepEqual(own.contrasts.map(({ weights }) => weights), [
    { "c@0.1": 1, "b@0.1": -1 },
    { "c@0.2": 1, "b@0.2": -1 },
  ]);
  for (const chosen of [ownArms(arms, undefined, "a test"), await chosenArms("gn,bn", norms)]) {
    const [first, second] = chosen.arms.map(({ name }) => name);
    assert.deepEqual(atRates(chosen, swept, []).contrasts.slice(0, 2).map((c) => c.weights), [
      { [`${second}@0.1`]: 1, [`${first}@0.1`]: -1 },
      { [`${second}@0.2`]: 1, [`${first}@0.2`]: -1 },
    ]);
    assert.equal(atRates(chosen, quick, []), chosen, "no rates, no sweep");
  }
});

Deno.test("namedArms() gives values to an arm, which stays the suite's", async () => {
  const { arms, grid } = await namedArms(norms, "gn,gn-ws", quick, [], {
    "gn-ws": { learningRate: 0.4 },
  });
  assert.deepEqual(arms.map(({ settings }) => settings), [
    { normalization: "group" },
    { normalization: "group", learningRate: 0.4 },
  ]);
  assert.deepEqual(grid!.axes.map(({ name }) => name), ["WS"], "the arms are the suite's own");
});
