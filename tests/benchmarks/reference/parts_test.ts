/** The table of the real parts: what the runner relies on. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { parse } from "../../../benchmarks/cli/command.ts";
import { parts } from "../../../benchmarks/reference/parts.ts";
import { wordsOf } from "../../../benchmarks/reference/program.ts";
import type { SuiteAsked } from "../../../benchmarks/run/options.ts";
import { suiteRunner } from "../../../benchmarks/run/program.ts";
import { ade20k, imagenet, microbatch, norms } from "../../../benchmarks/tasks/suites.ts";
import { writeResult } from "../../../benchmarks/record/mod.ts";
import { sweep } from "./pilots.ts";

const suites = {
  ade20k: suiteRunner(ade20k),
  imagenet: suiteRunner(imagenet),
  norms: suiteRunner(norms),
  microbatch: suiteRunner(microbatch),
};

/** Pilots that others begin, and these continue. */
const continuing = parts.flatMap(({ rates = [] }) =>
  rates.flatMap(({ pilots }) => pilots.slice(1))
);

/** Reports of all pilots, in which the second rate is the best of each arm. */
async function withPilots(body: (out: string) => Promise<void>): Promise<void> {
  const out = await Deno.makeTempDir({ prefix: "parts-" });
  try {
    for (const { name, words, stage } of parts) {
      if (stage !== "pilot") continue;
      const arms = words[words.indexOf("--arms") + 1]!.split(",");
      const rates = words.find((word) => word.startsWith("learningRates="))!.split("=")[1]!;
      const numbers = rates.split(",").map(Number);
      if (!continuing.includes(name)) assert.ok(numbers.length >= 3, name);
      const best = continuing.includes(name) ? 25 : 30;
      const scores = numbers.map((_, i) => i === 1 ? best : 20);
      const all = Object.fromEntries(arms.map((arm) => [arm, scores]));
      await writeResult(join(out, name, "result.json"), sweep(numbers, all));
    }
    await body(out);
  } finally {
    await Deno.remove(out, { recursive: true });
  }
}

/** The arms of a command line, by the name that they have there. */
const armsIn = (words: readonly string[]) => words[words.indexOf("--arms") + 1]!.split(",");

Deno.test("each part is a command line of its suite, in which nothing is timed beside others", async () => {
  assert.ok(parts.length > 0);
  await withPilots(async (reports) => {
    const places = { data: { camvid: "camvid", cifar10: "cifar10" }, out: reports };
    for (const part of parts) {
      const { options } = suites[part.suite];
      const words = await wordsOf(part, places, `reports/${part.name}`);
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
});

Deno.test("each arm of a part that takes rates has one, of its own or all the same", async () => {
  await withPilots(async (out) => {
    const places = { data: { camvid: "camvid", cifar10: "cifar10" }, out };
    for (const part of parts.filter(({ rates }) => rates !== undefined)) {
      const words = await wordsOf(part, places, "o");
      const own = words.flatMap((word) => /^(.+)\.learningRate=/.exec(word)?.[1] ?? []);
      if (words.some((word) => word.startsWith("learningRate="))) assert.deepEqual(own, []);
      else assert.deepEqual(own.toSorted(), armsIn(words).toSorted(), part.name);
    }
  });
});

Deno.test("each part has a name of its own, and comes after those that it takes something of", () => {
  const names = parts.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const [i, { name, suite, startsFrom, rates = [] }] of parts.entries()) {
    assert.match(name, /^[a-z0-9-]+$/, "a folder's name");
    assert.ok(name.startsWith(`${suite}-`), name);
    for (const pilot of rates.flatMap(({ pilots }) => pilots)) {
      const { stage } = parts.slice(0, i).find((part) => part.name === pilot) ?? {};
      assert.equal(stage, "pilot", `${name} takes rates of ${pilot}`);
    }
    if (startsFrom === undefined) continue;
    const before = parts.slice(0, i).find((part) => part.name === startsFrom.part);
    assert.ok(before !== undefined, `${name} begins from ${startsFrom.part}`);
    assert.ok(!before.words.join(" ").includes("--keep none"), `${before.name} keeps weights`);
  }
});
