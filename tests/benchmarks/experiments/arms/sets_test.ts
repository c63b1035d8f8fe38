import assert from "node:assert/strict";
import {
  classificationSets,
  segmentationSets,
} from "../../../../benchmarks/experiments/arms/sets.ts";

Deno.test("sets of norms standardize the arms whose names say so, and no others", () => {
  for (const { norms, channels } of [segmentationSets, classificationSets]) {
    for (const { name, algorithms } of [norms, channels].flatMap((set) => set!.arms)) {
      assert.equal(algorithms.length, name.endsWith("-ws") ? 1 : 0, name);
    }
    assert.deepEqual(norms!.arms.map(({ name }) => name), ["bn", "bn-ws", "gn", "gn-ws"]);
  }
});
