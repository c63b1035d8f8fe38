import assert from "node:assert/strict";
import {
  armMeasure,
  constants,
  figuresAt,
  hasSmoothness,
  logMeasure,
  smoothnessContrasts,
  smoothnessMeasures,
  unlikeSettings,
} from "../../../benchmarks/judge/smoothness.ts";
import { holm } from "../../../benchmarks/judge/statistics/holm.ts";
import { meanT } from "../../../benchmarks/judge/statistics/paired_t.ts";
import { result } from "../report/synthetic.ts";
import { place, smoothCell, smoothResult } from "../report/synthetic_smoothness.ts";

const [lipschitz, beta] = constants;
const near = (actual: number | undefined, expected: number) =>
  assert.ok(Math.abs(actual! - expected) < 1e-9, `${actual}, not ${expected}`);

Deno.test("figuresAt() has the largest of each line's points", () => {
  const one = place(0, { lipschitz: 0.5, beta: 4, loss: 3 });
  const { lipschitz, beta, loss, gradientChange } = figuresAt(one, "gradient");
  near(lipschitz, 0.5);
  near(beta, 4);
  near(loss.high - loss.low, 0.5 * (0.2 * 0.9 - 0.1));
  near(gradientChange.high, 4 * 0.2 * 0.8);
  near(figuresAt(one, "relative").beta, 40);
});

Deno.test("logMeasure() is the geometric mean's logarithm over the places", () => {
  near(logMeasure(smoothCell("bn", 0, 8), "gradient", beta!), Math.log(8));
  near(logMeasure(smoothCell("bn", 0, 8), "relative", beta!), Math.log(80));
  near(logMeasure(smoothCell("bn", 0, 8), "gradient", lipschitz!), Math.log(0.3));
  assert.equal(
    logMeasure({ ...smoothCell("bn", 0, 8), smoothness: [] }, "gradient", beta!),
    undefined,
  );
  const names = smoothnessMeasures.map(({ name }) => name);
  assert.deepEqual(names, ["lossRange", "gradientChange", "lipschitz", "beta"]);
});

Deno.test("logMeasure() is not finite where one place is not, or has no smoothness at all", () => {
  const with_ = (fields: Parameters<typeof place>[1]) =>
    logMeasure(
      smoothCell("bn", 0, 8, { smoothness: [place(0, {}), place(9, fields)] }),
      "gradient",
      beta!,
    );
  assert.ok(Number.isFinite(with_({})));
  assert.ok(Number.isNaN(with_({ beta: NaN })));
  assert.equal(with_({ beta: 0 }), -Infinity);
});

Deno.test("armMeasure() takes the cells that are done and known", () => {
  const cells = [4, 8, 16].map((value, seed) => smoothCell("bn", seed, value));
  const failed = smoothCell("bn", 3, 1e9, { status: "failed" });
  const unknown = smoothCell("bn", 4, NaN);
  const { n, mean, interval } = armMeasure([...cells, failed, unknown], "gradient", beta!)!;
  assert.equal(n, 3);
  near(mean, Math.log(8));
  near(interval!.high, meanT([4, 8, 16].map(Math.log)).interval!.high);
  assert.equal(armMeasure([failed, unknown], "gradient", beta!), undefined);
});

Deno.test("smoothnessContrasts() are paired ratios, in one family with Holm's correction", () => {
  const run = smoothResult();
  const contrasts = smoothnessContrasts(run);
  assert.deepEqual(
    contrasts.map(({ walk, measure, contrast }) => [walk, measure.name, contrast.name].join(" ")),
    ["gradient", "relative"].flatMap((walk) =>
      ["lipschitz", "beta"].flatMap((name) =>
        ["bn-ws - bn", "gn-ws - gn"].map((pair) => `${walk} ${name} ${pair}`)
      )
    ),
  );
  const [, , bn, gn] = contrasts.map(({ contrast }) => contrast);
  const logs = (arm: string) =>
    run.seeds.map((seed) =>
      logMeasure(
        run.cells.find((cell) => cell.arm === arm && cell.seed === seed)!,
        "gradient",
        beta!,
      )!
    );
  const differences = logs("bn-ws").map((log, i) => log - logs("bn")[i]!);
  near(bn!.difference!.mean, differences.reduce((a, b) => a + b) / 6);
  assert.ok(Math.abs(Math.exp(bn!.difference!.mean) - 0.5) < 0.05);
  assert.ok(Math.abs(Math.exp(gn!.difference!.mean) - 1.5) < 0.15);
  const tested = contrasts.map(({ contrast }) => contrast.difference!.pValue!);
  assert.deepEqual(contrasts.map(({ contrast }) => contrast.pValue), holm(tested), "over all rows");
  assert.ok(bn!.pValue! > bn!.difference!.pValue!);
});

Deno.test("smoothnessContrasts() leave out seeds that failed or are not known, and tell why", () => {
  const run = smoothResult();
  const cells = run.cells.map((cell) =>
    cell.arm === "bn-ws" && cell.seed === 2
      ? { ...cell, status: "failed" as const }
      : cell.arm === "bn" && cell.seed === 4
      ? smoothCell("bn", 4, NaN)
      : cell
  );
  const bn = smoothnessContrasts({ ...run, cells })
    .find(({ measure, contrast }) => measure.name === "beta" && contrast.label === "BN + WS − BN")!;
  assert.deepEqual(bn.contrast.pairs.seeds, [0, 1, 3, 5]);
  assert.deepEqual(bn.contrast.pairs.leftOut, [
    { seed: 2, reason: "BN + WS failed" },
    { seed: 4, reason: "BN has no such value" },
  ]);
});

Deno.test("smoothnessContrasts() compare no arms that were measured by other steps or batches", () => {
  const run = smoothResult();
  const withOwn = (settings: Record<string, number | string>) => ({
    ...run,
    config: { ...run.config, learningRate: 0.1, batchSize: 16 },
    arms: run.arms.map((arm) => arm.name === "bn-ws" ? { ...arm, settings } : arm),
  });
  const compared = (settings: Record<string, number | string>) => {
    const own = withOwn(settings);
    const labels = new Set(smoothnessContrasts(own).map(({ contrast }) => contrast.label));
    return [unlikeSettings(own, own.contrasts![0]!), [...labels]];
  };
  const both = ["BN + WS − BN", "GN + WS − GN"];
  assert.deepEqual(compared({ learningRate: 0.2 }), [["learningRate"], both.slice(1)]);
  assert.deepEqual(compared({ batchSize: 8, augmentation: 2 }), [
    ["batchSize", "augmentation"],
    both.slice(1),
  ]);
  assert.deepEqual(compared({ learningRate: 0.1, weightDecay: 1, normalization: "group" }), [
    [],
    both,
  ], "what they were measured by is the same");
  const { contrast } = smoothnessContrasts(withOwn({ learningRate: 0.2 }))[1]!;
  const tested = smoothnessContrasts(withOwn({ learningRate: 0.2 }))
    .map(({ contrast }) => contrast.difference!.pValue!);
  assert.equal(contrast.pValue, holm(tested)[1], "of the rows that there are");
});

Deno.test("hasSmoothness() is false of records that never heard of it", () => {
  assert.ok(hasSmoothness(smoothResult()));
  assert.ok(!hasSmoothness(result()));
});
