import assert from "node:assert/strict";
import {
  parseRegressionCommandLine,
  regressionHelp,
} from "../../../benchmarks/changes/command_line.ts";
import { profiles } from "../../../benchmarks/changes/profiles.ts";

function parse(line: string) {
  return parseRegressionCommandLine(line.split(" ").filter(Boolean));
}

Deno.test("parseRegressionCommandLine() has defaults for all but the base", () => {
  assert.deepEqual(parse("--base main"), {
    sides: { mode: "commits", base: "main" },
    profile: "quick",
    backend: "wasm",
    tolerance: 3,
    out: "reports/latest/regression",
    force: false,
    strict: false,
  });
  assert.deepEqual(parse("--baseline a --result b --strict --tolerance 1.5"), {
    sides: { mode: "stored", baseline: "a", result: "b" },
    profile: "quick",
    backend: "wasm",
    tolerance: 1.5,
    out: "reports/latest/regression",
    force: false,
    strict: true,
  });
});

Deno.test("parseRegressionCommandLine() allows more where each side was one process", () => {
  const stored = parse("--baseline a --result b");
  assert.ok(stored !== "help");
  assert.equal(stored.tolerance, 5);
});

Deno.test("parseRegressionCommandLine() reads counts and lists", () => {
  const asked = parse("--base a --head b --rounds 0 --seeds 3,4 --suites ade20k,imagenet");
  assert.ok(asked !== "help");
  assert.deepEqual(asked.sides, { mode: "commits", base: "a", head: "b" });
  assert.deepEqual([asked.rounds, asked.seeds, asked.suites], [0, [3, 4], ["ade20k", "imagenet"]]);
  assert.deepEqual(parse("--base a --seeds none"), { ...Object(parse("--base a")), seeds: [] });
});

Deno.test("parseRegressionCommandLine() refuses what has no meaning", () => {
  const refused = (line: string, message: RegExp) => assert.throws(() => parse(line), message);
  refused("", /wants --base REF, or --baseline and --result/);
  refused("--base a --baseline b --result c", /commits and stored results at a time/);
  refused("--baseline b", /want each other/);
  refused("--baseline b --result c --rounds 30", /nothing is run/);
  refused("--base a --rounds 1.5", /--rounds wants a whole number >= 0: it is "1\.5"/);
  refused("--base a --tolerance=-1", /--tolerance wants a number >= 0: it is "-1"/);
  refused("--base a --seeds 1,1", /each seed once/);
  refused("--base a --seeds x", /whole numbers like 0,1,2, or none/);
  refused("--base=", /--base wants a value/);
  refused("--bsae a", /did you mean --base\?/);
});

Deno.test("regressionHelp() names every option, profile and exit code", () => {
  assert.equal(parse("--help"), "help");
  const text = regressionHelp(profiles);
  const words = [
    ...["--base REF", "--head", "--baseline", "--result", "--rounds", "--seeds", "--suites"],
    ...["--tolerance", "--strict", "--force", "--backend", "quick", "default 3"],
  ];
  for (const word of words) assert.ok(text.includes(word), word);
  assert.match(text, /0 no regression, 1 regression, 2 usage/);
});
