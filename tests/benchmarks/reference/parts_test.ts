/** The table of the real parts: what the runner relies on. */
import assert from "node:assert/strict";
import { parse } from "../../../benchmarks/cli/command.ts";
import { parts } from "../../../benchmarks/reference/parts.ts";
import { wordsOf } from "../../../benchmarks/reference/program.ts";
import type { SuiteAsked } from "../../../benchmarks/run/options.ts";
import { suiteRunner } from "../../../benchmarks/run/program.ts";
import { ade20k, imagenet, microbatch, norms } from "../../../benchmarks/tasks/suites.ts";

const suites = {
  ade20k: suiteRunner(ade20k),
  imagenet: suiteRunner(imagenet),
  norms: suiteRunner(norms),
  microbatch: suiteRunner(microbatch),
};
const places = { data: { camvid: "camvid", cifar10: "cifar10" }, out: "reports" };

Deno.test("each part is a command line of its suite, in which nothing is timed beside others", () => {
  assert.ok(parts.length > 0);
  for (const part of parts) {
    const { options } = suites[part.suite];
    const words = wordsOf(part, places, `reports/${part.name}`);
    const parsed = parse<SuiteAsked>({ command: part.name, summary: "", options }, words);
    assert.ok(typeof parsed !== "string", part.name);
    const { set, shard, resume, out, data } = parsed.asked;
    const values = new Map(set);
    for (const key of ["timingRounds", "intraOpThreads"]) {
      assert.ok(values.has(key), `${part.name}: ${key}`);
    }
    assert.equal(Number(values.get("timingRounds")), 0, part.name);
    assert.deepEqual([shard, resume, out, data], [
      undefined,
      false,
      `reports/${part.name}`,
      part.data,
    ]);
  }
});

Deno.test("each part has a name of its own, and comes after the one whose weights it begins from", () => {
  const names = parts.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const [i, { name, suite, startsFrom }] of parts.entries()) {
    assert.match(name, /^[a-z0-9-]+$/, "a folder's name");
    assert.ok(name.startsWith(`${suite}-`), name);
    if (startsFrom === undefined) continue;
    const before = parts.slice(0, i).find((part) => part.name === startsFrom.part);
    assert.ok(before !== undefined, `${name} begins from ${startsFrom.part}`);
    assert.ok(!before.words.join(" ").includes("--keep none"), `${before.name} keeps weights`);
  }
});
