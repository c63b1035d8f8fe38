import assert from "node:assert/strict";
import { withinMargin } from "../../../benchmarks/judge/claims/row.ts";
import { meanEstimate, tInterval } from "../../../benchmarks/judge/statistics/paired_t.ts";
import { assertNear, minus, scipy } from "./statistics/fixtures.ts";

const differences = minus(scipy.a, scipy.b);

Deno.test("withinMargin() of a 90 % interval decides as two one-sided tests by SciPy", () => {
  const verdicts = scipy.tost.map(({ n, margin, ...expected }) => {
    const interval = tInterval(meanEstimate(differences.slice(0, n)), 0.9);
    assertNear(interval.low, expected.low, 1e-7, "low");
    assertNear(interval.high, expected.high, 1e-7, "high");
    const { verdict } = withinMargin(interval, margin, ["it", "the margin"]);
    assert.equal(verdict === "reproduced", expected.pValue < 0.05, `n = ${n}, margin ${margin}`);
    return verdict;
  });
  assert.ok(verdicts.includes("reproduced") && verdicts.includes("inconclusive"));
});
