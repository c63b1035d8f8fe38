/** What a comparison can show, held against sums and simulations of its own. */
import assert from "node:assert/strict";
import { runProgram } from "../../../benchmarks/cli/program.ts";
import { power, scatterOf, smallestEffect } from "../../../benchmarks/reference/power.ts";
import { type Result, writeResult } from "../../../benchmarks/record/mod.ts";
import { tQuantile } from "../../../benchmarks/judge/statistics/distributions.ts";
import { cell, result } from "../report/synthetic.ts";
import { test } from "./here.ts";

/** Scores of `ws` and `baseline` at two rates and three seeds, one of which diverged. */
const scores: Record<string, (number | undefined)[]> = {
  "ws@0.1": [41, 44, 46],
  "baseline@0.1": [40, 41, 42],
  "ws@0.2": [30, 33, undefined],
  "baseline@0.2": [31, 30, 32],
};

function sweep(): Result {
  const names = Object.keys(scores);
  return result({
    config: { learningRates: [0.1, 0.2] },
    seeds: [100, 101, 102],
    arms: names.map((name) => ({ name, label: name, algorithms: [], description: name })),
    cells: names.flatMap((name) =>
      scores[name]!.map((mIoU, i) =>
        mIoU === undefined
          ? cell(name, 100 + i, { status: "failed" })
          : cell(name, 100 + i, { mIoU })
      )
    ),
  });
}

Deno.test("scatterOf() pools the rates' squares about their own means", () => {
  // Differences 1, 3, 4 about 8/3, and −1, 3 about 1: 14/3 and 8 over 2 + 1 degrees.
  const { sd, degrees } = scatterOf(sweep(), "ws", "baseline", "mIoU");
  assert.equal(degrees, 3);
  assert.ok(Math.abs(sd - Math.sqrt((14 / 3 + 8) / 3)) < 1e-12, `${sd}`);
});

Deno.test("scatterOf() takes a run without rates as one", () => {
  const run = result({ seeds: [0, 1, 2, 3] });
  const mIoU = (arm: string) =>
    run.cells.filter((each) => each.arm === arm).map(({ metrics }) => metrics.mIoU!);
  const values = mIoU("ws").map((value, i) => value - mIoU("baseline")[i]!);
  const mean = values.reduce((sum, value) => sum + value) / 4;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const { sd, degrees } = scatterOf(run, "ws", "baseline", "mIoU");
  assert.equal(degrees, 3);
  assert.ok(Math.abs(sd - Math.sqrt(squares / 3)) < 1e-12);
});

Deno.test("scatterOf() refuses arms and metrics that are not there, and single seeds", () => {
  const refused = (arm: string, metric: string, message: RegExp, run = sweep()) =>
    assert.throws(() => scatterOf(run, arm, "baseline", metric), { name: "UsageError", message });
  refused(
    "wss",
    "mIoU",
    /^Unknown arm "wss": wanted one of "ws", "baseline"; did you mean "ws"\?$/,
  );
  refused("ws@0.1", "mIoU", /^Unknown arm "ws@0\.1"/);
  refused("ws", "mIOU", /^Unknown metric "mIOU": .*; did you mean "mIoU"\?$/);
  refused(
    "ws",
    "mIoU",
    /as no two seeds of both arms are done: run more seeds/,
    result({ seeds: [0] }),
  );
});

/** Uniform numbers from a seed, in pairs made normal. */
function* normals(state: number): Generator<number, never> {
  const next = () => (state = (state * 48271) % 2147483647) / 2147483647;
  for (;;) yield Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());
}

Deno.test("smallestEffect() is found four times in five by simulated tests", () => {
  const [pairs, sd, trials] = [6, 1.7, 20_000];
  const effect = smallestEffect(sd, pairs);
  const critical = tQuantile(0.975, pairs - 1);
  const noise = normals(7);
  let found = 0;
  for (let i = 0; i < trials; i++) {
    const values = Array.from({ length: pairs }, () => effect + sd * noise.next().value);
    const mean = values.reduce((sum, value) => sum + value) / pairs;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    if (mean / Math.sqrt(squares / (pairs - 1) / pairs) > critical) found++;
  }
  assert.ok(Math.abs(found / trials - 0.8) < 0.01, `${found / trials}`); // 3.5 standard errors
});

Deno.test("smallestEffect() is in proportion to the deviation, and falls with more pairs", () => {
  assert.ok(Math.abs(smallestEffect(3, 6) - 3 * smallestEffect(1, 6)) < 1e-9);
  assert.ok(smallestEffect(1, 12) < smallestEffect(1, 6));
  assert.equal(smallestEffect(0, 6), 0);
  assert.throws(() => smallestEffect(1, 1), RangeError);
});

test("power.ts prints a line a pair of arms, and refuses in words", async (folder) => {
  await writeResult(`${folder}/result.json`, sweep());
  const printed: string[] = [];
  const { log } = console;
  console.log = (line: string) => void printed.push(line);
  try {
    await runProgram(power, [folder, "mIoU", "6", "ws", "baseline", "baseline", "ws"]);
  } finally {
    console.log = log;
  }
  const effect = smallestEffect(Math.sqrt(38 / 9), 6).toFixed(2);
  assert.deepEqual(printed, [
    `ws − baseline: SD 2.05 (3 degrees of freedom), 6 pairs find ${effect}`,
    `baseline − ws: SD 2.05 (3 degrees of freedom), 6 pairs find ${effect}`,
  ]);
  const refused = (words: string, message: RegExp) =>
    assert.rejects(runProgram(power, words.split(" ")), { name: "UsageError", message });
  await refused(`${folder} mIoU six ws baseline`, /^PAIRS wants a whole number >= 2: it is "six"$/);
  await refused(`${folder} mIoU 1 ws baseline`, /^PAIRS wants a whole number >= 2: it is "1"$/);
  await refused(`${folder} mIoU 6 ws`, /^Cannot pair ws with nothing: give ARM BASELINE/);
  await refused(`${folder}/no mIoU 6 ws baseline`, /^Cannot read .* no such file$/);
  await refused(`${folder} mIoU 6`, /missing required argument 'ARM'/);
});
