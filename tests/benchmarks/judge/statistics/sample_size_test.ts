import assert from "node:assert/strict";
import { pairedPower, pairsNeeded } from "../../../../benchmarks/judge/statistics/sample_size.ts";
import { assertNear, scipy } from "./fixtures.ts";

Deno.test("pairedPower() matches SciPy's noncentral t distribution", () => {
  for (const { pairs, power, ...options } of scipy.power) {
    assertNear(pairedPower(pairs, options), power, 1e-6, `power of ${pairs} pairs`);
  }
});

Deno.test("pairedPower() ignores the sign of the difference", () => {
  const up = pairedPower(6, { difference: 0.7, sd: 0.42 });
  assert.equal(pairedPower(6, { difference: -0.7, sd: 0.42 }), up);
});

Deno.test("pairsNeeded() finds what a search with SciPy finds", () => {
  for (const { pairs, ...options } of scipy.needed) assert.equal(pairsNeeded(options), pairs);
});

Deno.test("pairsNeeded() wants two where nothing scatters, and gives up on the hopeless", () => {
  assert.equal(pairsNeeded({ difference: 0.1, sd: 0 }), 2);
  assert.equal(pairsNeeded({ difference: 1e-4, sd: 1 }), Infinity);
});

Deno.test("pairedPower() and pairsNeeded() name the argument that is out of range", () => {
  assert.throws(() => pairedPower(1, { difference: 1, sd: 1 }), /RangeError: .*pairs must be/);
  assert.throws(() => pairsNeeded({ difference: 0, sd: 1 }), /RangeError: .*difference must be/);
  assert.throws(() => pairsNeeded({ difference: 1, sd: NaN }), /RangeError: .*sd must be/);
  assert.throws(() => pairsNeeded({ difference: 1, sd: 1, power: 1 }), /RangeError: .*power/);
});
