import assert from "node:assert/strict";
import { microbatchArms } from "../../../../benchmarks/experiments/arms/microbatch.ts";
import { checkGrid, gridContrasts } from "../../../../benchmarks/experiments/grid.ts";
import {
  classification,
  segmentation,
} from "../../../../benchmarks/experiments/profiles/microbatch.ts";
import { profiles as ade20k } from "../../../../benchmarks/experiments/profiles/ade20k.ts";
import { profiles as imagenet } from "../../../../benchmarks/experiments/profiles/imagenet.ts";

Deno.test("microbatchArms() has an arm for each normalization and size, the largest first", () => {
  const { arms, grid } = microbatchArms({ batchSize: 12, microbatchSizes: [1, 4, 2] }, 3);
  assert.deepEqual(arms.map(({ name }) => name).slice(0, 5), [
    "bn-4",
    "bn-2",
    "bn-1",
    "gn-4",
    "gn-2",
  ]);
  assert.equal(arms.length, 12);
  const { label, settings, algorithms } = arms.at(-1)!;
  assert.deepEqual([label, settings], ["BCN + WS, 1 image", {
    normalization: "estimatedBatchChannel",
    microbatchSize: 1,
  }]);
  assert.deepEqual(arms.filter(({ algorithms }) => algorithms.length > 0).map(({ name }) => name), [
    ...["gn-ws-4", "gn-ws-2", "gn-ws-1", "bcn-ws-4", "bcn-ws-2", "bcn-ws-1"],
  ]);
  assert.match(`${algorithms[0]}`, /nLastLayersIgnore=3/);
  checkGrid(grid, arms.map(({ name }) => name), "the test");
  const contrasts = gridContrasts(grid, arms);
  const find = (name: string) => contrasts.find((contrast) => contrast.name === name)?.weights;
  assert.deepEqual(find("gn-ws-1 - bn-1"), { "gn-ws-1": 1, "bn-1": -1 });
  assert.deepEqual(
    find("gn-1 - bn-1 - (gn-4 - bn-4)"),
    { "gn-1": 1, "bn-1": -1, "gn-4": -1, "bn-4": 1 },
    "how much more that is with one image than with the most",
  );
});

Deno.test("microbatchArms() throws UsageError when a size does not fit, and names the settings", () => {
  const refused = (microbatchSizes: number[], message: RegExp) =>
    assert.throws(() => microbatchArms({ batchSize: 8, microbatchSizes }, 0), {
      name: "UsageError",
      message,
    });
  refused([], /each of microbatchSizes must be there, one or more of them/);
  refused([1, 1.5], /must be a whole number >= 1: current value is microbatchSizes=1,1\.5, batchS/);
  refused([16], /must be <= batchSize: current value is microbatchSizes=16, batchSize=8$/);
  refused([7], /must divide batchSize, as 7 leaves a rest of 1: /);
  refused([2, 4, 2], /must stand there once: /);
  const synchronized = { batchSize: 8, microbatchSizes: [2], synchronizedBatchNorm: true };
  assert.throws(() => microbatchArms(synchronized, 0), {
    message: /Cannot set synchronizedBatchNorm as statistics would be over several workers'/,
  });
});

Deno.test("the profiles of bench:microbatch are those of the suites, and their sizes fit", () => {
  const own = { microbatchSize: 0, timingRounds: 0, synchronizedBatchNorm: false };
  for (const [mine, theirs] of [[classification, imagenet], [segmentation, ade20k]] as const) {
    for (const name of ["proxy", "paper"]) {
      const { microbatchSizes, ...profile } = mine[name]!;
      assert.deepEqual(profile, { ...theirs[name], ...own }, name);
      assert.ok(microbatchSizes.length >= 5);
    }
    assert.deepEqual(mine.quick!.seeds, [0]);
    for (const profile of Object.values(mine)) {
      const { arms } = microbatchArms(profile, 0);
      assert.equal(arms.length, 4 * profile.microbatchSizes.length);
    }
  }
});
