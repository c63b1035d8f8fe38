import assert from "node:assert/strict";
import { contrastsOfOwn, pair } from "../../../../benchmarks/experiments/contrasts.ts";
import { answers } from "../../../../benchmarks/report/cells/answer.ts";
import { contrastsOf } from "../../../../benchmarks/judge/contrast_estimates.ts";
import { cellsDocument } from "../../../../benchmarks/report/cells/document.ts";
import type { Text } from "../../../../benchmarks/report/document.ts";
import { partsOf } from "../../../../benchmarks/report/text.ts";
import { findCell, type Result } from "../../../../benchmarks/record/mod.ts";
import { meanT } from "../../../../benchmarks/judge/statistics/paired_t.ts";
import { htmlOf, latexOf, markdownOf } from "../forms.ts";
import { cell, result } from "../synthetic.ts";

/** Two or more arms of a user's own; the differences to the first are given seed by seed. */
function own(differences: number[][], fields: Partial<Result> = {}): Result {
  const labels = ["BN", "GN + WS", "LN"];
  const arms = [[], ...differences].map((_, i) => ({
    name: `arm${i}`,
    label: labels[i]!,
    algorithms: [],
    description: "",
  }));
  const seeds = differences[0]!.map((_, seed) => seed);
  return result({
    suite: "compare",
    arms,
    contrasts: contrastsOfOwn(arms),
    seeds,
    cells: seeds.flatMap((seed) => [
      cell("arm0", seed, { mIoU: 40 + Math.sin(seed) }),
      ...differences.map((each, i) =>
        cell(`arm${i + 1}`, seed, { mIoU: 40 + Math.sin(seed) + each[seed]! })
      ),
    ]),
    ...fields,
  });
}

function plain(text: Text): string {
  return partsOf(text).map((part) => "text" in part ? part.text : "").join("");
}

const clear = [6, 7, 8, 6, 7, 8];

Deno.test("answers() says which arm beats which, by how much, with its interval", () => {
  const { low, high } = meanT(clear).interval!;
  const range = `[${low.toFixed(2)}, ${high.toFixed(2)}]`;
  assert.deepEqual(answers(own([clear])).map(plain), [
    `GN + WS beats BN by 7.00 ${range} mIoU, 6 seeds.`,
  ]);
  const worse = clear.map((value) => -value);
  assert.deepEqual(answers(own([worse])).map(plain), [
    `BN beats GN + WS by 7.00 ${range} mIoU, 6 seeds.`,
  ]);
});

Deno.test("answers() takes fewer than six seeds for a first look", () => {
  assert.match(
    plain(answers(own([clear.slice(0, 3)]))[0]!),
    /beats BN .*, 3 seeds: a first look; a verdict wants 6\.$/,
  );
  assert.match(
    plain(answers(own([[7]]))[0]!),
    /^One seed shows no difference: GN \+ WS − BN is \+7\.00 mIoU, without an interval\.$/,
  );
});

Deno.test("answers() shows no difference where the interval holds 0", () => {
  const [text] = answers(own([[2, -1, 1, -2, 1, -1]])).map(plain);
  assert.match(
    text!,
    /^No difference shown between GN \+ WS and BN: [+−]?0\.00 \[−1\.\d\d, \+1\.\d\d\] mIoU \(GN \+ WS − BN\), 6 seeds\.$/,
  );
});

Deno.test("answers() corrects for the number of comparisons", () => {
  const barely = [0.3, 2.4, 0.4, 1.8, 0, 1.9]; // p is 0.04, of two 0.08
  assert.match(plain(answers(own([barely]))[0]!), /^GN \+ WS beats BN /);
  const [first, second] = answers(own([barely, barely.toReversed()])).map(plain);
  assert.match(
    first!,
    /^GN \+ WS is ahead of BN by .*; among 2 comparisons that can be chance \(p = 0\.0\d\d by Holm\)\.$/,
  );
  assert.match(second!, /^LN is ahead of BN by /);
});

Deno.test("answers() gives no verdict where a cell failed, and says what there is", () => {
  const run = own([clear]);
  Object.assign(findCell(run, "arm1", 2)!, { status: "failed", metrics: {} });
  assert.match(
    plain(answers(run)[0]!),
    /^No verdict: GN \+ WS failed with seed 2\. Over the 5 seeds that both finished, GN \+ WS − BN is \+6\.80 \[/,
  );
  run.cells.forEach((each) => each.arm === "arm1" && Object.assign(each, { status: "failed" }));
  assert.match(
    plain(answers(run)[0]!),
    /^Nothing to compare yet between .*: GN \+ WS failed with seed 0, 1/,
  );
  assert.match(plain(answers(own([clear], { cells: [] }))[0]!), /^No cell has a metric yet/);
});

Deno.test("answers() speaks of the run's contrasts, whose p are those of the table", () => {
  const contrasts = [
    pair("arm2", "arm1"),
    { name: "mean", label: "others, main effect", weights: { arm0: -1, arm1: 0.5, arm2: 0.5 } },
  ];
  const barely = [0.3, 2.4, 0.4, 1.8, 0, 1.9];
  const run = own([barely, barely.map((value, i) => value + clear[i]!)], { contrasts });
  const { low, high } = meanT(clear).interval!;
  const [second, main, ...more] = answers(run).map(plain);
  assert.deepEqual(more, []);
  assert.equal(
    second,
    `LN beats GN + WS by 7.00 [${low.toFixed(2)}, ${high.toFixed(2)}] mIoU, 6 seeds.`,
  );
  assert.match(
    main!,
    /^others, main effect: an effect, \+4\.63 \[\+3\.\d\d, .*\] mIoU, 6 seeds\.$/,
  );

  const noise = own([[2, -1, 1, -2, 1, -1], [1, -1, 1, -1, 1, -1]], { contrasts });
  assert.match(
    plain(answers(noise)[1]!),
    /^others, main effect: no effect shown: .* mIoU, 6 seeds\.$/,
  );
  Object.assign(findCell(noise, "arm0", 2)!, { status: "failed", metrics: {} });
  assert.match(
    plain(answers(noise)[1]!),
    /^No verdict: BN failed with seed 2\. Over the 5 seeds that all finished, others, main effect is /,
  );
  assert.match(plain(answers(noise)[0]!), /^No difference shown between LN and GN \+ WS/);

  const flat = [0, 0, 0, 0, 0, 0].map((_, i) => i % 2);
  const two = own([barely, flat], { contrasts: [pair("arm1", "arm0"), contrasts[1]!] });
  const table = contrastsOf(two, "mIoU")[0]!.pValue!;
  assert.ok(plain(answers(two)[0]!).includes(`p = ${table.toFixed(3)} by Holm`));
  assert.deepEqual(answers(own([clear], { contrasts: [] })), [
    "No contrasts: nothing is compared.",
  ]);
});

Deno.test("answers() knows that a lower loss is better", () => {
  const run = own([clear], { mainMetric: "loss" });
  run.cells.forEach((each) => each.metrics = { loss: each.metrics.mIoU! / 10 });
  assert.match(plain(answers(run)[0]!), /^BN beats GN \+ WS by 0\.7000 \[.*\] loss, 6 seeds\.$/);
});

Deno.test("a report of a user's own arms has their answer on top, labels, script, and no claims", async () => {
  const sha256 = "ab".repeat(32);
  const run = own([clear], {
    suite: "ade20k",
    title: "the suite's own title",
    source: { path: "bench/arms.ts", sha256 },
  });
  const text = markdownOf(run);
  assert.match(
    text,
    /^# BN against GN \+ WS\n\n_Comparison on streets_\n\n\*\*GN \+ WS beats BN\*\* by /,
  );
  assert.doesNotMatch(text, /## Claims|own title|arm1/);
  assert.match(text, new RegExp(`- Script: bench/arms\\.ts\\n- SHA-256 of the script: ${sha256}`));
  assert.match(
    text,
    /\| GN \+ WS \| 6 \| \*\*47\.\d\d ± \d\.\d\d\*\* \|/,
    "the better value is marked",
  );
  assert.doesNotMatch(await htmlOf(run), /id="claims"/);
  assert.match(latexOf(run)!, /GN \+ WS & 6 & \\textbf\{47\.\d\d \$\\pm\$ \d\.\d\d\}/);
  assert.match(markdownOf(result()), /## Claims/, "a suite's own has them");
});

Deno.test("a report names many arms without setting one against the other", () => {
  assert.equal(cellsDocument(own([clear, clear])).title, "BN against GN + WS against LN");
  const four = own([clear, clear]);
  four.arms.push({ ...four.arms[0]!, name: "arm3", label: "IN" });
  assert.equal(cellsDocument(four).title, "BN, GN + WS, LN and IN");
});

Deno.test("generated images are told of beside the answer", () => {
  const run = own([clear]);
  run.data.generated = true;
  assert.equal(cellsDocument(run).answer.length, 2);
  assert.match(plain(cellsDocument(run).answer[1]!), /^The images are generated/);
});
