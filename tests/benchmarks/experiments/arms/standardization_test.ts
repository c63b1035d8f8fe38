import assert from "node:assert/strict";
import { standardizationArms } from "../../../../benchmarks/experiments/arms/standardization.ts";

Deno.test("standardizationArms() has all layers as an arm where another leaves some out", () => {
  const told = (nLastLayersIgnore: number) =>
    standardizationArms(nLastLayersIgnore).map(({ name, label }) => [name, label]);
  assert.deepEqual(told(0), [["baseline", "baseline"], ["ws", "WS"]]);
  for (const ignored of [1, 15]) {
    assert.deepEqual(told(ignored), [
      ["baseline", "baseline"],
      ["ws", `WS, last ${ignored} ignored`],
      ["ws-all", "WS on all layers"],
    ]);
  }
});
