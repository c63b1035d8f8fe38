import assert from "node:assert/strict";
import { channels, norms } from "../../../../benchmarks/experiments/arms/norms.ts";

Deno.test("norms() and channels() standardize the arms whose names say so, and no others", () => {
  for (const set of [norms(2), channels(2)]) {
    for (const { name, algorithms } of set.arms) {
      assert.equal(algorithms.length, name.endsWith("-ws") ? 1 : 0, name);
    }
  }
  assert.deepEqual(norms(2).arms.map(({ name }) => name), ["bn", "bn-ws", "gn", "gn-ws"]);
});
