import assert from "node:assert/strict";
import fc from "fast-check";
import { resolvedGroups } from "../../src/normalization/groups.ts";

Deno.test("resolvedGroups() gives 32 groups to every layer of a published network when auto", () => {
  for (const channels of [64, 128, 256, 512, 1024, 2048]) {
    assert.equal(resolvedGroups("gn", channels, "auto"), 32);
  }
});

Deno.test("resolvedGroups() gives fewer groups when the channels are few or odd, and auto", () => {
  const expected = [[1, 1], [2, 1], [3, 1], [4, 2], [7, 1], [16, 8], [32, 16], [48, 24], [560, 28]];
  for (const [channels, groups] of expected) {
    assert.equal(resolvedGroups("gn", channels!, "auto"), groups, `${channels} channels`);
  }
});

Deno.test("resolvedGroups() divides the channels into groups of two or more when auto", () => {
  fc.assert(fc.property(fc.integer({ min: 2, max: 4096 }), (channels) => {
    const groups = resolvedGroups("gn", channels, "auto");
    assert.equal(channels % groups, 0);
    assert.ok(groups >= 1 && groups <= 32 && channels / groups >= 2);
  }));
});

Deno.test("resolvedGroups() throws RangeError when a number does not divide the channels", () => {
  assert.equal(resolvedGroups("gn", 12, 6), 6);
  assert.throws(() => resolvedGroups("layer1.0.bn1", 12, 5), {
    name: "RangeError",
    message:
      "Cannot build layer1.0.bn1 as groups must divide the number of channels, 12: current " +
      "value is 5",
  });
});
