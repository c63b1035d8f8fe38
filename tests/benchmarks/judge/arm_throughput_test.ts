import assert from "node:assert/strict";
import { judge } from "../../../benchmarks/judge/claims/judge.ts";
import type { ClaimRow } from "../../../benchmarks/judge/claims/row.ts";
import type { Result } from "../../../benchmarks/record/mod.ts";
import { variants } from "../../../src/standardization/variants.ts";
import { cell, result } from "../report/synthetic.ts";

const names = ["bn", "bn-ws", "gn", "gn-ws", "ln-ws"];
const settings: Record<string, string> = { bn: "batch", gn: "group", ln: "layer" };
const seeds = [0, 1, 2, 3, 4, 5];

/** A run of `bench:norms` whose arm gn-ws scores `gnWs` above bn, and gn one below gn-ws. */
function run(gnWs: number, times: Record<string, number>, rounds = 40): Result {
  const above: Record<string, number> = { "gn-ws": gnWs, gn: gnWs - 1 };
  const pairs = (factor: number) =>
    Array.from({ length: rounds }, (_, i) => {
      const baselineMs = 100 + 5 * Math.sin(i);
      return { baselineMs, armMs: baselineMs * (factor + 0.01 * Math.cos(2 * i)) };
    });
  return result({
    suite: "norms",
    mainMetric: "top1",
    arms: names.map((name) => ({
      name,
      label: name.toUpperCase(),
      algorithms: [],
      description: "",
      settings: { normalization: settings[name.replace("-ws", "")]! },
    })),
    seeds,
    cells: names.flatMap((name) =>
      seeds.map((seed) =>
        cell(name, seed, {
          standardizedCount: name.endsWith("-ws") ? 20 : 0,
          metrics: { top1: 60 + Math.sin(seed) + (above[name] ?? 0) + 0.1 * Math.cos(seed) },
        })
      )
    ),
    overhead: Object.entries(times).map(([arm, factor]) => ({
      arm,
      baseline: "bn",
      pairs: pairs(factor),
    })),
  });
}

function row(given: Result, id: string): ClaimRow {
  return judge(given).find((row) => row.id === id)!;
}

Deno.test("bench:norms judges C5 by accuracy and throughput, and C8", () => {
  const c5 = row(run(-2, { "gn-ws": 2.02, "ln-ws": 1.9 }), "C5");
  assert.equal(c5.verdict, "reproduced");
  assert.match(
    c5.ours!,
    /^−2\.00 points, \[.*\], n = 6; LN-WS 0\.53 \[0\.53, 0\.53\], GN-WS 0\.49 \[0\.49, 0\.50\] of the images\/s, n = 40$/,
  );
  assert.match(
    c5.reason,
    /claimed side of 0.*; throughput: LN-WS: the interval lies within 0\.5 ± 0\.1;/,
  );
  assert.ok(c5.protocolDifferences.length > 0, "by a proxy");
  assert.equal(row(run(-2, {}), "C8").verdict, "reproduced");
});

Deno.test("C5 wants both of its parts: one that is not borne out refutes it", () => {
  const fast = row(run(-2, { "gn-ws": 1.1 }), "C5");
  assert.equal(fast.verdict, "not reproduced");
  assert.match(fast.reason, /; throughput: GN-WS: the interval lies outside of 0\.5 ± 0\.1$/);
  assert.equal(row(run(2, { "gn-ws": 2 }), "C5").verdict, "not reproduced");
  const untimed = row(run(-2, {}), "C5");
  assert.equal(untimed.verdict, "inconclusive");
  assert.match(untimed.reason, /; throughput: no steps were timed in turn$/);
  const few = row(run(-2, { "gn-ws": 2 }, 4), "C5");
  assert.equal(few.verdict, "inconclusive");
  assert.match(few.reason, /4 of the 30 rounds/);
});

Deno.test("C5's throughput is judged whichever arm was named first", () => {
  const given = run(-2, { "gn-ws": 2.02, "ln-ws": 1.9 });
  const [gnWs, lnWs] = given.overhead!;
  // What `--arms gn-ws,ln-ws,bn` records of the same steps.
  const turned = {
    ...given,
    overhead: [
      {
        arm: "ln-ws",
        baseline: "gn-ws",
        pairs: lnWs!.pairs.map(({ armMs }, i) => ({ armMs, baselineMs: gnWs!.pairs[i]!.armMs })),
      },
      {
        arm: "bn",
        baseline: "gn-ws",
        pairs: gnWs!.pairs.map(({ armMs, baselineMs }) => ({
          armMs: baselineMs,
          baselineMs: armMs,
        })),
      },
    ],
  };
  assert.deepEqual(row(turned, "C5"), row(given, "C5"));
});

Deno.test("bench:norms is sent to no set of arms for what it has itself", () => {
  const given = run(-2, {});
  const arms = given.arms.filter(({ name }) => name !== "gn-ws");
  assert.equal(row({ ...given, arms }, "C8").reason, 'this run has no arm "gn-ws"');
  const imagenet = row({ ...given, arms, suite: "imagenet" }, "C8");
  assert.equal(imagenet.reason, 'this run has no arm "gn-ws"; --arms norms has it');
});

Deno.test("C5 and C8 are not run by half of WS", () => {
  const given = run(-2, { "gn-ws": 2 });
  const halves = Object.entries(variants).filter(([, { centres, divides }]) =>
    !centres || !divides
  );
  assert.equal(halves.length, 2);
  for (const [variant] of halves) {
    const half = { ...given, config: { ...given.config, variant } };
    for (const id of ["C5", "C8"]) {
      const { verdict, reason } = row(half, id);
      assert.deepEqual([verdict, reason], ["not run", `variant=${variant} is half of WS`]);
    }
  }
  const paper = { ...given, config: { ...given.config, variant: "paper" } };
  assert.equal(row(paper, "C8").verdict, "reproduced");
});

Deno.test("C5 and C8 have no verdict on generated data, though their arms ran", () => {
  const given = run(-2, { "gn-ws": 2 });
  given.data.generated = true;
  for (const id of ["C5", "C8"]) {
    assert.deepEqual([row(given, id).verdict, row(given, id).reason], [
      "no verdict",
      "generated data",
    ]);
  }
  assert.equal(row(given, "C7").verdict, "not run");
});
