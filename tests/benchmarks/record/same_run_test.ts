import assert from "node:assert/strict";
import { differenceOf, joinCommands } from "../../../benchmarks/record/same_run.ts";
import type { Result } from "../../../benchmarks/record/mod.ts";
import { result } from "../report/synthetic.ts";

Deno.test("differenceOf() names the first difference with both values", () => {
  const run = result();
  const differs = (changes: Partial<Result>, difference: RegExp) =>
    assert.match(String(differenceOf(run, { ...run, ...changes })), difference);
  assert.equal(differenceOf(run, { ...run, seeds: [9], command: "other" }), undefined);
  differs({ suite: "norms" }, /^suite \("ade20k" and "norms"\)$/);
  differs({ arms: run.arms.slice(1) }, /^arms \(\[.+\] and \[.+\]\)$/);
  const [first, ...others] = run.arms;
  differs(
    { arms: [{ ...first!, algorithms: ["x".repeat(100)] }, ...others] },
    /^algorithms of the arm baseline$/,
  );
  differs(
    { arms: [{ ...first!, label: "plain" }, ...others] },
    /^label of the arm baseline \("baseline" and "plain"\)$/,
  );
  differs(
    { arms: [{ ...first!, settings: { width: 7 } }, ...others] },
    /^settings of the arm baseline \(none and \{"width":7\}\)$/,
  );
  differs(
    { arms: [{ ...first!, settings: { width: 7 }, description: "width=7" }, ...others] },
    /^settings of the arm baseline/,
  );
  differs({ config: { ...run.config, width: 7 } }, /^config\.width \(none and 7\)$/);
  differs(
    { config: { ...run.config, modelSeedOf0: 7 } },
    /^the seed that --model is given for .* an earlier version \(none and 7\)$/,
  );
  differs({ data: { ...run.data, name: "mine" } }, /^data \(".*" and "mine"\)$/);
  differs(
    { data: { ...run.data, identity: "cd34" } },
    /^data \(SHA-256\) \("ab12" and "cd34"\)$/,
  );
  const pilot = { data: { ...run.data, pilotShare: 0.2 } };
  differs(pilot, /^the share of a pilot \(--pilot-share\) \(none and 0\.2\)$/);
  const another = { ...run, data: { ...run.data, pilotShare: 0.1 } };
  assert.match(
    String(differenceOf({ ...run, ...pilot }, another)),
    /of a pilot .*\(0\.2 and 0\.1\)$/,
  );
  differs({ environment: { ...run.environment, backend: "cpu" } }, /^backend \(".*" and "cpu"\)$/);
});

Deno.test("joinCommands() keeps each command once, without --resume", () => {
  assert.equal(joinCommands("a --x", "a --resume --x"), "a --x");
  assert.equal(joinCommands("a", "b --resume"), "a\nb");
});
