import * as assert from "node:assert/strict";
import { pixelsOf, rowName } from "../../../benchmarks/judge/timings/rows.ts";
import { rowsOf, sweepOf } from "../../../benchmarks/timing/sweep.ts";
import { overhead } from "../../../benchmarks/timing/command.ts";
import type { OverheadAsked } from "../../../benchmarks/timing/options.ts";
import { checkProfile } from "../../../benchmarks/timing/plan.ts";
import { profiles, sweeps } from "../../../benchmarks/experiments/profiles/overhead.ts";
import { asked } from "../asked.ts";

/** The sweep of a command line's `--sweep`. */
function parse(texts: string[], set = {}) {
  const line = texts.map((text) => `--sweep ${text}`).join(" ");
  return sweepOf(profiles.quick!, asked<OverheadAsked>(overhead, line).sweep, set);
}

Deno.test("sweepOf() and rowsOf() make every combination, the last key fastest", () => {
  const sweep = parse(["batchSize=2,4", "imageSize=64,128,256"]);
  assert.deepEqual(sweep, { batchSize: [2, 4], imageSize: [64, 128, 256] });
  const rows = rowsOf(sweep);
  assert.equal(rows.length, 6);
  assert.deepEqual(rows.slice(2, 4), [{ batchSize: 2, imageSize: 256 }, {
    batchSize: 4,
    imageSize: 64,
  }]);
  assert.equal(rowName(rows[3]!), "batchSize 4, imageSize 64");
  assert.equal(pixelsOf({ ...profiles.quick, ...rows[3] }), 4 * 64 * 64);
  assert.deepEqual(rowsOf({}), [{}]);
});

Deno.test("--sweep throws when a sweep is not of its form", () => {
  const wrong = (texts: string[], message: RegExp) =>
    assert.throws(() => parse(texts), { name: "UsageError", message });
  wrong(["batchSize"], /--sweep wants key=number,number….*"batchSize"/);
  wrong(["batchSize="], /wants key=number/);
  wrong(["=2"], /wants key=number/);
  wrong(["batchSize=2,"], /wants key=number/);
  wrong(["batchSize=two"], /wants key=number/);
  wrong(["batchSize=2,2"], /each of its values once/);
  wrong(["batchSize=2", "batchSize=4"], /each key once/);
});

Deno.test("sweepOf() throws when a key cannot be swept", () => {
  const wrong = (texts: string[], message: RegExp, set = {}) =>
    assert.throws(() => parse(texts, set), {
      name: "UsageError",
      message,
    });
  wrong(["batchsize=2"], /Unknown --sweep key "batchsize".*did you mean "batchSize"/);
  wrong(["model=2"], /Unknown --sweep key "model"/);
  wrong(["rounds=2"], /Unknown --sweep key "rounds"/);
  wrong(["batchSize=2"], /both --set batchSize and --sweep batchSize/, { batchSize: "4" });
  parse(["imageSize=16,32"], { batchSize: "4" });
});

Deno.test("every profile's own sweep can be run", () => {
  for (const [name, sweep] of Object.entries(sweeps)) {
    const profile = profiles[name]!;
    assert.deepEqual(sweepOf(profile, Object.entries(sweep), {}), sweep);
    for (const row of rowsOf(sweep)) checkProfile({ ...profile, ...row });
    assert.ok(profile.rounds >= 30, "fewer rounds have no interval");
  }
});
