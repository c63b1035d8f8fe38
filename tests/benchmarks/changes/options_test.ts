import assert from "node:assert/strict";
import { changes } from "../../../benchmarks/changes/command.ts";
import type { ChangesAsked } from "../../../benchmarks/changes/options.ts";
import { runProgram } from "../../../benchmarks/cli/program.ts";
import { asked } from "../asked.ts";

const parse = (line: string) => asked<ChangesAsked>(changes, line);

Deno.test("bench:compare has defaults for all but the base", () => {
  const defaults = {
    profile: "quick",
    backend: "wasm",
    out: "reports/latest/regression",
    force: false,
    strict: false,
  };
  assert.deepEqual(parse("--base main"), { ...defaults, base: "main" });
  const stored = "--baseline a --result b --strict --tolerance 1.5";
  assert.deepEqual(parse(stored), {
    ...defaults,
    baseline: "a",
    result: "b",
    tolerance: 1.5,
    strict: true,
  });
});

Deno.test("bench:compare reads counts and lists", () => {
  const line = "--base a --head b --rounds 0 --seeds 3,4 --suites ade20k,imagenet";
  const { base, head, rounds, seeds, suites } = parse(line);
  assert.deepEqual([base, head, rounds], ["a", "b", 0]);
  assert.deepEqual([seeds, suites], [[3, 4], ["ade20k", "imagenet"]]);
  assert.deepEqual(parse("--base a --seeds none").seeds, []);
});

Deno.test("bench:compare refuses what has no meaning", async () => {
  const refused = (line: string, message: RegExp) =>
    assert.throws(() => parse(line), { name: "UsageError", message });
  for (const option of ["--base a", "--head a", "--rounds 30", "--seeds 1", "--suites ade20k"]) {
    const [name] = option.split(" ");
    const message = new RegExp(
      `'--baseline <PATH>' cannot be used with option '${name} .*leave one`,
    );
    refused(`--baseline b --result c ${option}`, message);
  }
  refused("--base a --rounds 1.5", /--rounds wants a whole number >= 0: it is "1\.5"/);
  refused("--base a --tolerance=-1", /--tolerance wants a number >= 0: it is "-1"/);
  refused("--base a --seeds 1,1", /each seed once/);
  refused("--base a --seeds x", /--seeds wants whole numbers .* like 0,1,2, or none: it is "x"/);
  refused("--base a --suites ade2k", /Unknown suite "ade2k".*did you mean "ade20k"\?/);
  refused("--base=", /--base wants a commit, a branch or a tag: it is ""/);
  refused("--bsae a", /Did you mean --base\?/);
  for (const line of ["", "--baseline b", "--result b"]) {
    const call = runProgram(changes, line.split(" ").filter(Boolean));
    await assert.rejects(call, /wants --base REF, or --baseline and --result/);
  }
});
