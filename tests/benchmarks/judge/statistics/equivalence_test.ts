import assert from "node:assert/strict";
import { equivalence } from "../../../../benchmarks/judge/statistics/equivalence.ts";
import { assertNear, scipy } from "./fixtures.ts";

const differences = scipy.a.map((value, i) => value - (scipy.b[i] ?? NaN));

Deno.test("equivalence() matches two one-sided tests by SciPy", () => {
  const verdicts = scipy.tost.map(({ n, margin, ...expected }) => {
    const actual = equivalence(differences.slice(0, n), margin);
    assertNear(actual?.pValue, expected.pValue, 1e-7, `p at n = ${n}, margin ${margin}`);
    assertNear(actual?.interval.low, expected.low, 1e-7, "low");
    assertNear(actual?.interval.high, expected.high, 1e-7, "high");
    assert.equal(actual?.equivalent, expected.low > -margin && expected.high < margin);
    return actual?.equivalent;
  });
  assert.ok(verdicts.includes(true) && verdicts.includes(false));
});

Deno.test("equivalence() says nothing of fewer than two pairs", () => {
  assert.equal(equivalence([0.01], 0.3), undefined);
});

Deno.test("equivalence() refuses a margin of 0", () => {
  assert.throws(
    () => equivalence([1, 2], 0),
    /RangeError: Cannot test equivalence as margin must be > 0 and finite: current value is 0$/,
  );
});
