import assert from "node:assert/strict";
import { claims } from "../../../benchmarks/experiments/claims/table.ts";
import { judge } from "../../../benchmarks/judge/claims/judge.ts";
import { protocolDifferences } from "../../../benchmarks/judge/claims/protocol.ts";
import type { ClaimRow } from "../../../benchmarks/judge/claims/row.ts";
import { quarterMinusEnd } from "../../../benchmarks/judge/contrasts.ts";
import { pair } from "../../../benchmarks/experiments/contrasts.ts";
import type { Result } from "../../../benchmarks/record/mod.ts";
import { pairsNeeded } from "../../../benchmarks/judge/statistics/sample_size.ts";
import { cell, overhead, result } from "../report/synthetic.ts";

function row(run: Result, id: string): ClaimRow {
  const found = judge(run).find((row) => row.id === id);
  assert.ok(found !== undefined, id);
  return found;
}

/** Two arms whose differences are those given, one a seed. */
function withDifferences(differences: number[], fields: Partial<Result> = {}): Result {
  return result({
    seeds: differences.map((_, seed) => seed),
    cells: differences.flatMap((difference, seed) => [
      cell("baseline", seed, { mIoU: 40 + seed }),
      cell("ws", seed, { mIoU: 40 + seed + difference }),
    ]),
    ...fields,
  });
}

/** The standard deviation of a sample. */
function deviationOf(values: number[]): number {
  const mean = values.reduce((a, b) => a + b) / values.length;
  return Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1));
}

/** As the published run: its data, model, steps and batch. */
function asPublished(run: Result): Result {
  return {
    ...run,
    config: { imageSize: 512 },
    data: {
      ...run.data,
      name: "ADE20K",
      classes: 150,
      trainingCount: 20_206,
      validationCount: 2000,
    },
    cells: run.cells.map((each) => ({
      ...each,
      parameterCount: 60_265_286,
      batchSize: 128,
      steps: 20_096,
      convolutionCount: 119,
      standardizedCount: each.arm === "ws" ? 104 : 0,
    })),
  };
}

Deno.test("judge() has one row for each of C1 to C10, each with a reason", () => {
  const rows = judge(result());
  assert.deepEqual(rows.map(({ id }) => id), Array.from({ length: 10 }, (_, i) => `C${i + 1}`));
  assert.deepEqual(rows.map(({ id }) => id), claims.map(({ id }) => id));
  for (const { reason, source } of rows) assert.ok(reason.length > 0 && source.length > 0);
});

Deno.test("judge() judges no claim on a pilot, whatever its arms show", () => {
  const run = result({ overhead: overhead(40, 3) });
  assert.ok(judge(run).some(({ verdict }) => verdict === "reproduced"));
  for (const generated of [false, true]) {
    const rows = judge({ ...run, data: { ...run.data, pilotShare: 0.2, generated } });
    assert.deepEqual([...new Set(rows.map(({ verdict }) => verdict))], ["not run"]);
    assert.equal(
      rows.find(({ id }) => id === "C2")?.reason,
      "a pilot: it was evaluated on held-out training images",
    );
  }
});

Deno.test("judge() finds the differences of a made-up run", () => {
  const run = result({ overhead: overhead(40, 3) });
  const c2 = row(run, "C2");
  assert.equal(c2.verdict, "reproduced");
  assert.match(c2.ours ?? "", /^\+1\.0\d mIoU, \[\+0\.\d\d, \+1\.\d\d\], n = 6$/);
  assert.match(c2.difference ?? "", /^\+0\.3\d$/);
  assert.equal(row(run, "C3").verdict, "reproduced");
  assert.equal(row(run, "C4").verdict, "reproduced");
  assert.equal(row(run, "C6").verdict, "reproduced");
  assert.match(row(run, "C6").ours ?? "", /^\+[23]\.\d % of a step, \[/);
  assert.match(row(run, "C6").protocolDifferences[0] ?? "", /^timed on a processor by wasm, not /);
  for (const id of ["C1", "C5", "C8"]) assert.match(row(run, id).reason, /it takes /);
  assert.deepEqual(["C7", "C9", "C10"].map((id) => row(run, id).reason), [
    'this run has no arm "pretrained-ws"; --arms pretraining has it',
    'this run has no arm "gn-ws"; --arms norms has it',
    'this run has no arm "baseline-regularized"; --arms regularization has it',
  ]);
});

Deno.test("judge() never gives a verdict on generated data", () => {
  const run = result({ overhead: overhead(40, 3) });
  run.data.generated = true;
  const told = judge(run).map(({ id, verdict }) => `${id} ${verdict}`);
  assert.deepEqual(told.filter((text) => !text.endsWith("not run")), [
    "C2 no verdict",
    "C3 no verdict",
    "C4 no verdict",
    "C6 no verdict",
  ]);
  for (const id of ["C2", "C3", "C4", "C6"]) assert.equal(row(run, id).reason, "generated data");
});

Deno.test("judge() holds no claim against a user's own arms that are called as a claim's", () => {
  const run = result({ source: { path: "arms.ts", sha256: "ab".repeat(32) } });
  assert.deepEqual([...new Set(judge(run).map(({ verdict }) => verdict))], ["not run"]);
  assert.match(judge(run)[1]!.reason, /^the arms are of a user's own module$/);
  assert.notEqual(judge(result())[1]!.verdict, "not run");
});

Deno.test("judge() never gives a verdict where nothing was trained", () => {
  const run = result({ overhead: overhead(40, 3) });
  run.data.trainingCount = 0;
  assert.deepEqual([...new Set(judge(run).map(({ verdict }) => verdict))], ["not run"]);
  for (const id of ["C2", "C3", "C4", "C6"]) {
    assert.equal(row(run, id).reason, "nothing was trained");
  }
});

Deno.test("judge() says so when the sign is the other way round", () => {
  const reversed = row(withDifferences([-1, -1.1, -0.9, -1, -1.2, -1]), "C2");
  assert.equal(reversed.verdict, "not reproduced");
  assert.match(reversed.reason, /other side of 0/);
});

Deno.test("judge() is inconclusive where the interval holds 0, and says how many more seeds", () => {
  const differences = [1, -1, 0.8, -0.7, 0.3, -0.2];
  const c2 = row(withDifferences(differences), "C2");
  assert.equal(c2.verdict, "inconclusive");
  const sd = deviationOf(differences);
  assert.equal(c2.moreSeeds, pairsNeeded({ difference: 0.7, sd }) - 6);
  assert.match(
    c2.reason,
    new RegExp(`; ${c2.moreSeeds} more seeds would show a difference of 0.70 `),
  );
});

Deno.test("judge() wants six seeds for a verdict", () => {
  const five = row(withDifferences([1, 1.1, 0.9, 1, 1.2]), "C2");
  assert.equal(five.verdict, "inconclusive");
  assert.match(five.reason, /^5 seeds of the 6 that a verdict wants; 1 more seed would show /);
  const one = row(withDifferences([1]), "C2");
  assert.equal(one.verdict, "inconclusive");
  assert.equal(one.ours, "+1.00 mIoU, no interval, n = 1");
  assert.equal(one.moreSeeds, 5);
  assert.match(one.reason, /; at least 5 more seeds needed$/);
});

Deno.test("judge() pairs the common seeds only and says which are left out", () => {
  const run = withDifferences([1, 1.1, 0.9, 1, 1.2, 1, 1]);
  run.cells = run.cells.map((each) =>
    each.arm === "ws" && each.seed === 6 ? { ...each, status: "interrupted" } : each
  );
  const c2 = row(run, "C2");
  assert.equal(c2.n, 6);
  assert.equal(c2.verdict, "reproduced");
  assert.match(c2.reason, /seed 6 left out: WS, 15 ignored was interrupted$/);
});

Deno.test("judge() gives no verdict where a cell failed, as the seeds that went well would be judged", () => {
  for (const status of ["failed", "broken"] as const) {
    const run = withDifferences([1, 1.1, 0.9, 1, 1.2, 1, 1]);
    const fail = (seeds: number[]) => ({
      ...run,
      cells: run.cells.map((each) =>
        each.arm === "ws" && seeds.includes(each.seed)
          ? { ...each, status, metrics: { mIoU: NaN } }
          : each
      ),
    });
    const some = row(fail([2, 6]), "C2");
    assert.deepEqual([some.verdict, some.n], ["inconclusive", 5]);
    assert.match(some.reason, /^no verdict: ws failed with seed 2, 6, and the other seeds are/);
    const all = row(fail(run.seeds), "C2");
    assert.deepEqual([all.verdict, all.n], ["inconclusive", 0]);
    assert.match(all.reason, /^no verdict: ws failed with seed 0, 1, 2, 3, 4, 5, 6$/);
  }
});

Deno.test("judge() does not run a claim whose arm standardized nothing", () => {
  const run = withDifferences([1, 1.1, 0.9, 1, 1.2, 1]);
  run.cells = run.cells.map((each) =>
    each.arm === "ws"
      ? {
        ...each,
        standardizedCount: 0,
        algorithms: ["WeightStandardization(nLastLayersIgnore=15)"],
      }
      : each
  );
  assert.equal(row(run, "C2").verdict, "not run");
  assert.equal(row(run, "C2").reason, 'the arm "ws" standardized nothing');
});

Deno.test("judge() does not run a claim whose arm, cells or evaluations are missing", () => {
  const run = withDifferences([1, 1, 1]);
  const arms = run.arms.slice(0, 2);
  assert.equal(row({ ...run, arms }, "C3").reason, 'this run has no arm "ws-all"');
  assert.match(row(run, "C3").reason, /^no seed pairs: seed 0 left out: WS on all did not run/);
  run.cells = run.cells.map((each) => ({ ...each, evaluations: each.evaluations.slice(2) }));
  assert.match(
    row(run, "C4").reason,
    /^no seed pairs: seed 0 left out: WS, 15 ignored has no such value/,
  );
  assert.equal(row(run, "C6").reason, "no steps were timed in turn");
});

Deno.test("judge() calls a run that differs from the published one what it is", () => {
  const { protocolDifferences: differences } = row(result(), "C2");
  assert.deepEqual(differences, [
    "data streets (2 classes, 1,367 + 101 images), not ADE20k (150 classes, 20,206 + 2,000 images)",
    "model of 12,345 parameters, not DeepLabv3+ ResNet-101 of 60,265,286",
    "batch 8, not 128",
    "40 steps, not 20,096",
    "imageSize 128, not 512",
  ]);
});

Deno.test("judge() says where an arm of a claim was given values of its own", () => {
  const base = result();
  const ownRate = (arm: string) => ({
    ...base,
    config: { ...base.config, learningRate: 0.08 },
    arms: base.arms.map((one) =>
      one.name === arm ? { ...one, settings: { learningRate: 0.4 } } : one
    ),
  });
  const text = "ws: learningRate 0.4 of its own, the run's is 0.08";
  assert.equal(row(ownRate("ws"), "C2").protocolDifferences.at(-1), text);
  assert.ok(!row(ownRate("ws-all"), "C2").protocolDifferences.join().includes("of its own"));
});

Deno.test("protocolDifferences() finds none in a run that follows the protocol", () => {
  const test = claims.find(({ id }) => id === "C2")?.test;
  assert.ok(test?.kind === "difference");
  assert.deepEqual(protocolDifferences(asPublished(result()), test.protocols.ade20k!), []);
});

Deno.test("judge() holds a run that follows the protocol to the published number", () => {
  const small = withDifferences([0.1, -0.1, 0.12, -0.08, 0.05, -0.1]);
  assert.equal(row(small, "C2").verdict, "inconclusive");
  assert.equal(row(small, "C2").moreSeeds, 0);
  assert.match(row(small, "C2").reason, /these seeds would show a difference of 0\.70/);
  const followed = row(asPublished(small), "C2");
  assert.equal(followed.verdict, "not reproduced");
  assert.match(followed.reason, /ends below the published number/);
});

Deno.test("judge() tests C1 for equivalence: a failed difference test is not enough", () => {
  const top1 = (differences: number[]) => {
    const run = withDifferences(differences, { suite: "imagenet" });
    run.cells.forEach((each) => each.metrics = { top1: each.metrics.mIoU ?? NaN });
    return row(run, "C1");
  };
  assert.equal(top1([0.1, -0.1, 0.05, 0, -0.05, 0.1]).verdict, "reproduced");
  assert.equal(top1([1, 1.1, 0.9, 1, 1.1, 1]).verdict, "not reproduced");
  const differences = [1, -1, 0.8, -0.7, 0.3, -0.2];
  const scattered = top1(differences);
  assert.equal(scattered.verdict, "inconclusive");
  // Two one-sided tests at 5 %, each to succeed nine times in ten: both do four times in five.
  const tests = { difference: 0.3, sd: deviationOf(differences), alpha: 0.1, power: 0.9 };
  assert.equal(scattered.moreSeeds, pairsNeeded(tests) - 6);
  assert.match(
    scattered.reason,
    /more seeds would show equality within ±0\.30 four times in five$/,
  );
});

Deno.test("judge() holds the overhead to its margin, and wants 30 pairs", () => {
  const c6 = (pairs: number, percent: number) =>
    row(result({ overhead: overhead(pairs, percent) }), "C6");
  assert.equal(c6(30, 3).verdict, "reproduced");
  assert.equal(c6(30, 25).verdict, "not reproduced");
  assert.equal(c6(30, 10).verdict, "inconclusive");
  assert.equal(c6(29, 3).verdict, "inconclusive");
  assert.match(c6(29, 3).reason, /^29 of the 30 pairs of steps/);
  const [{ pairs }] = overhead(30, 3) as [NonNullable<Result["overhead"]>[number]];
  const turned = pairs.map(({ armMs, baselineMs }) => ({ armMs: baselineMs, baselineMs: armMs }));
  const wsFirst = result({ overhead: [{ arm: "baseline", baseline: "ws", pairs: turned }] });
  assert.deepEqual(row(wsFirst, "C6"), c6(30, 3));
});

Deno.test("quarterMinusEnd() takes the evaluation nearest to a quarter", () => {
  const record = cell("ws", 0, { mIoU: 40, early: 25 });
  assert.equal(quarterMinusEnd(record, "mIoU"), -15);
  assert.equal(quarterMinusEnd({ ...record, evaluations: [] }, "mIoU"), undefined);
  assert.equal(quarterMinusEnd(record, "top1"), undefined);
});

/** Two arms of an ImageNet run whose top-1 differences at a quarter and at the end are given. */
function onImagenet(early: number[], late: number[]): Result {
  const arm = (name: string, seed: number, quarter: number, end: number) => ({
    ...cell(name, seed),
    metrics: { top1: end, top5: end + 15 },
    evaluations: [10, 40].map((step) => ({
      step,
      epoch: step / 8,
      metrics: { top1: step === 10 ? quarter : end },
    })),
  });
  const base = result({ suite: "imagenet", overhead: overhead(40, 3) });
  return {
    ...base,
    arms: base.arms.slice(0, 2),
    cells: late.flatMap((difference, seed) => [
      arm("baseline", seed, 50, 70),
      arm("ws", seed, 50 + early[seed]!, 70 + difference),
    ]),
  };
}

Deno.test("judge() finds C1, C4 and C6 in a run of the imagenet suite, and no claim of another", () => {
  const run = onImagenet([3, 3.2, 2.9, 3, 3.1, 3], [0.1, -0.1, 0.05, 0, -0.05, 0.1]);
  assert.deepEqual(
    judge(run).filter(({ verdict }) => verdict !== "not run").map((
      { id, verdict },
    ) => [id, verdict]),
    [["C1", "reproduced"], ["C4", "reproduced"], ["C6", "reproduced"]],
  );
  assert.match(row(run, "C1").ours ?? "", /^\+0\.02 points, /);
  assert.match(row(run, "C4").ours ?? "", /^\+3\.0\d points, /);
  assert.ok(row(run, "C1").protocolDifferences.length > 0, "a proxy");
  assert.match(row(run, "C2").reason, /^not part of the imagenet suite: it takes /);
});

Deno.test("judge() finds C4 not reproduced where the improvement grows", () => {
  const run = onImagenet([0.1, 0, 0.2, 0.1, 0, 0.1], [3, 3.2, 2.9, 3, 3.1, 3]);
  assert.equal(row(run, "C4").verdict, "not reproduced");
  assert.equal(row(run, "C1").verdict, "not reproduced");
});

Deno.test("claims state a contrast for each, and a margin where equality is claimed", () => {
  for (const { id, test, needs } of claims) {
    assert.ok(Object.keys(test.protocols).length > 0, id);
    const weights = Object.values(test.contrast.weights);
    assert.equal(weights.reduce((sum, weight) => sum + weight, 0), 0, id);
    assert.ok(weights.every((weight) => Math.abs(weight) === 1), id);
    assert.ok(needs.length > 0, id);
    if (test.kind === "difference") assert.equal(Math.abs(test.direction), 1, id);
    else assert.ok(test.margin > 0, id);
  }
  const contrastOf = (id: string) => {
    const { test } = claims.find((claim) => claim.id === id)!;
    return [test.contrast, test.kind === "stepTime" ? "step" : test.window];
  };
  assert.deepEqual(contrastOf("C2"), [pair("ws", "baseline"), "end"]);
  assert.deepEqual(contrastOf("C3"), [pair("ws-all", "ws"), "end"]);
  assert.deepEqual(contrastOf("C4"), [pair("ws", "baseline"), "quarter-minus-end"]);
  assert.deepEqual(contrastOf("C8"), [pair("gn-ws", "gn"), "end"]);
  assert.deepEqual(claims.find(({ id }) => id === "C10")!.test.contrast.weights, {
    baseline: 1,
    ws: -1,
    "baseline-regularized": -1,
    "ws-regularized": 1,
  });
});

Deno.test("judge() judges nothing where validation images were trained on", () => {
  const run = withDifferences([1, 1.1, 0.9, 1, 1.2, 1]);
  assert.equal(row(run, "C2").verdict, "reproduced");
  const warning = { code: "trained-on-validation", message: "8 of 8", advice: "another list" };
  const { verdict, reason } = row({ ...run, warnings: [warning] }, "C2");
  assert.deepEqual([verdict, reason], ["not run", "validation images were trained on"]);
  const other = { ...warning, code: "mostly-ignored" };
  assert.equal(row({ ...run, warnings: [other] }, "C2").verdict, "reproduced");
});

Deno.test("judge() takes a run for a proxy where the published protocol is not known whole", () => {
  const base = withDifferences([1, 1.1, 0.9, 1, 1.2, 1], { config: { normalization: "batch" } });
  const renamed = (name: string) => name === "ws" ? "gn-ws" : name === "baseline" ? "bn" : name;
  const run: Result = {
    ...base,
    arms: base.arms.map((arm) => ({
      ...arm,
      name: renamed(arm.name),
      ...(arm.name === "ws" && { settings: { normalization: "group" } }),
    })),
    cells: base.cells.map((each) => ({ ...each, arm: renamed(each.arm) })),
  };
  const c9 = row(run, "C9");
  assert.equal(c9.verdict, "reproduced");
  assert.equal(c9.difference, "+0.32");
  assert.deepEqual(c9.protocolDifferences, [
    "not shown to follow the published run, DeepLabv3 ResNet-101 on PASCAL VOC",
  ]);
  const other = { ...run, arms: run.arms.map(({ settings: _, ...arm }) => arm) };
  assert.equal(
    row(other, "C9").protocolDifferences.at(-1),
    'gn-ws: normalization "batch", not "group"',
  );
});

Deno.test("judge() says how many more rounds would settle an overhead", () => {
  const c6 = (percent: number) => row(result({ overhead: overhead(30, percent) }), "C6");
  assert.equal(c6(9.9).verdict, "inconclusive");
  assert.match(c6(9.9).reason, /crosses ±10 %; about [\d,]+ more rounds would settle it$/);
  const hopeless = overhead(30, 10);
  hopeless[0]!.pairs = hopeless[0]!.pairs.map(({ baselineMs }, i) => ({
    baselineMs,
    armMs: baselineMs * (i % 2 === 0 ? 1.05 : 1.15),
  }));
  assert.match(row(result({ overhead: hopeless }), "C6").reason, /hardly settle it$/);
});

Deno.test("judge() finds C10 by an interaction, and C7 where weights were given", () => {
  const arms = ["baseline", "ws", "baseline-regularized", "ws-regularized"];
  const base = result();
  const gains: Record<string, number> = { ws: 1, "ws-regularized": 2.5 };
  const run: Result = {
    ...base,
    arms: arms.map((name) => ({ ...base.arms[0]!, name, label: name })),
    cells: arms.flatMap((name) =>
      base.seeds.map((seed) =>
        cell(name, seed, {
          mIoU: 40 + seed + (gains[name] ?? 0),
          standardizedCount: name.startsWith("ws") ? 5 : 0,
        })
      )
    ),
  };
  const c10 = row(run, "C10");
  assert.equal(c10.verdict, "reproduced");
  assert.match(c10.ours ?? "", /^\+1\.50 mIoU, /);
  const regularizedBy = (settings: Record<string, number>, config = { weightDecay: 5e-5 }) => {
    const arms = run.arms.map((arm) => arm.name.includes("-") ? { ...arm, settings } : arm);
    return row({ ...run, config, arms }, "C10").protocolDifferences.slice(1);
  };
  assert.deepEqual(regularizedBy({ weightDecay: 2e-4, augmentation: 2 }), []);
  assert.deepEqual(regularizedBy({ weightDecay: 1e-4, augmentation: 2 }), [
    "baseline-regularized: weightDecay 0.0001, not 4 × 0.00005",
    "ws-regularized: weightDecay 0.0001, not 4 × 0.00005",
  ]);
  assert.match(regularizedBy({ weightDecay: 2e-4 })[0]!, /augmentation 1, not 2 × 1$/);
  const renamed = (name: string) =>
    name.replace(/^(baseline|ws)$/, "pretrained$1")
      .replace("pretrainedbaseline", "pretrained").replace("pretrainedws", "pretrained-ws");
  const pretrained = {
    ...run,
    arms: run.arms.map((arm) => ({ ...arm, name: renamed(arm.name) })),
    cells: run.cells.map((each) => ({ ...each, arm: renamed(each.arm) })),
  };
  assert.equal(row(pretrained, "C7").reason, "no initialWeights were given");
  const given = { ...pretrained, config: { initialWeights: "w.safetensors" } };
  assert.equal(row(given, "C7").verdict, "not reproduced");
  const warning = { code: "standardized-start", message: "trained with WS", advice: "" };
  const standardized = row({ ...given, warnings: [warning] }, "C7");
  assert.deepEqual([standardized.verdict, standardized.reason], ["not run", "trained with WS"]);
});

Deno.test("judge() takes no arm for a claim's that has its name alone", () => {
  const run = withDifferences([1, 1.1, 0.9, 1, 1.2, 1]);
  const counted = (arm: string, standardizedCount: number) =>
    row({
      ...run,
      cells: run.cells.map((each) =>
        each.arm === arm ? { ...each, algorithms: [], standardizedCount } : each
      ),
    }, "C2");
  assert.equal(counted("ws", 3).verdict, "reproduced");
  assert.equal(
    counted("ws", 0).reason,
    'the arm "ws" is another one than the claim\'s: it standardizes nothing',
  );
  assert.equal(
    counted("baseline", 3).reason,
    'the arm "baseline" is another one than the claim\'s: it standardizes kernels',
  );
});

/** A run of `bench:microbatch`: arms of each size, 2 points apart from each other in their order. */
function ofMicrobatches(suite: string, arms: readonly string[], metric: string): Result {
  const seeds = [0, 1, 2, 3, 4, 5];
  return result({
    suite,
    mainMetric: metric,
    arms: arms.map((name) => ({ name, label: name, algorithms: [], description: "" })),
    cells: seeds.flatMap((seed) =>
      arms.map((arm, i) =>
        cell(arm, seed, {
          metrics: { [metric]: 40 + 2 * i + 0.1 * Math.sin(seed + i) },
          standardizedCount: arm.includes("-ws-") ? 5 : 0,
        })
      )
    ),
  });
}

Deno.test("judge() takes C8 from one image a microbatch, and C9 from sixteen, by the suite's arms", () => {
  const few = row(ofMicrobatches("microbatch", ["gn-1", "gn-ws-1", "bn-1"], "top1"), "C8");
  assert.equal(few.verdict, "reproduced");
  assert.match(few.ours!, /^\+2\.0. points/);
  const scenes = ofMicrobatches("microbatch-segmentation", ["gn-ws-16", "bn-16"], "mIoU");
  const many = row(scenes, "C9");
  assert.equal(many.verdict, "not reproduced", "GN + WS is below BN there");
  const without = ofMicrobatches("microbatch-segmentation", ["gn-ws-8", "bn-8"], "mIoU");
  assert.deepEqual(
    [row(without, "C9").verdict, row(without, "C9").reason],
    ["not run", 'this run has no arm "gn-ws-16"'],
  );
  assert.equal(row(scenes, "C8").verdict, "not run");
});
