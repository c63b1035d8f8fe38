import assert from "node:assert/strict";
import { smoothnessAnswers } from "../../../../benchmarks/report/cells/smoothness/answer.ts";
import { smoothnessFigures } from "../../../../benchmarks/report/cells/smoothness/figures.ts";
import { smoothnessRows } from "../../../../benchmarks/report/cells/smoothness/table.ts";
import { documentOf, reportFiles } from "../../../../benchmarks/report/mod.ts";
import { markdown } from "../../../../benchmarks/report/render/markdown.ts";
import { light } from "../../../../benchmarks/report/charts/theme.ts";
import type { Result } from "../../../../benchmarks/record/mod.ts";
import { result } from "../synthetic.ts";
import { smoothCell, smoothResult } from "../synthetic_smoothness.ts";

const text = (run: Result) => markdown(documentOf(run));
const answers = (run: Result) =>
  smoothnessAnswers(run).map((line) =>
    [line].flat().map((part) => typeof part === "string" ? part : "text" in part ? part.text : "")
      .join("")
  );

/** The run with some cells changed. */
function withCells(
  run: Result,
  change: (cell: Result["cells"][number]) => Partial<Result["cells"][number]>,
): Result {
  return { ...run, cells: run.cells.map((cell) => ({ ...cell, ...change(cell) })) };
}

Deno.test("a report of smoothness has tables by arm, ratios and curves; another has none", () => {
  const page = text(smoothResult());
  for (
    const line of [
      "| BN | 0.0240 [0.0240, 0.0240] | 1.28 [1.23, 1.34] | 0.300 [0.300, 0.300] | 8.01 [7.69, 8.35] | 6 |",
      "| GN + WS | 0.0240 [0.0240, 0.0240] | 4.81 [4.62, 5.01] | 0.300 [0.300, 0.300] | 30.1 [28.9, 31.3] | 6 |",
      "| BN + WS − BN | along the gradient | β-smoothness | 6 | 0.498 × [0.466, 0.532] | \\< 0.001 |",
      "| GN + WS − GN | layerwise | Lipschitz constant | 6 | 1.000 × [1.000, 1.000] | 1.000 |",
    ]
  ) assert.ok(page.includes(`\n${line}\n`), line);
  assert.doesNotMatch(text(result()), /[Ss]moothness/);
});

Deno.test("smoothnessAnswers() say which is smaller, by how much, over how many seeds", () => {
  const [bn, gn, ...layerwise] = answers(smoothResult());
  assert.match(
    bn!,
    /^Smaller: β-smoothness along the gradient, BN \+ WS − BN: 0\.\d{3} × \[0\.\d+, 0\.\d+\], 6 seeds\.$/,
  );
  assert.match(gn!, /^Larger: β-smoothness along the gradient, GN \+ WS − GN: 1\.\d{3} × /);
  assert.equal(layerwise.length, 2);
  assert.ok(layerwise.every((line) => line.includes("layerwise")));
});

Deno.test("smoothnessAnswers() are no stronger than their figures", () => {
  const few = answers(smoothResult({ seeds: [0, 1, 2] }));
  assert.match(few[0]!, /^Smaller, at a first look: .*, 3 seeds; a verdict wants 6\.$/);
  const [one] = answers(smoothResult({ seeds: [3] }));
  assert.match(one!, /^One seed shows no difference: .*: 0\.\d{3} ×, 1 seed\.$/);
  const same = withCells(
    smoothResult(),
    ({ arm, seed }) =>
      arm === "bn-ws"
        ? smoothCell("bn-ws", seed, 8)
        : arm === "bn"
        ? smoothCell("bn", seed, 8 + (seed % 2))
        : {},
  );
  assert.match(
    answers({ ...same, contrasts: [same.contrasts![0]!] })[0]!,
    /^(Perhaps|No difference)/,
  );
  const equal = withCells(
    smoothResult(),
    ({ arm, seed }) =>
      arm.startsWith("bn") ? smoothCell(arm, seed, 8 + (seed * (arm === "bn" ? 5 : 7)) % 6) : {},
  );
  assert.match(answers(equal)[0]!, /^No difference shown: .*6 seeds\.$/);
  const failed = withCells(
    smoothResult(),
    ({ arm, seed }) => arm === "bn-ws" && seed === 2 ? { status: "failed" } : {},
  );
  assert.match(answers(failed)[0]!, /^No verdict, as bn-ws failed with seed 2: .*, 5 seeds\.$/);
  assert.match(answers(failed)[1]!, /^Larger: /, "another pair's");
  const none = withCells(smoothResult(), ({ arm }) => arm === "bn" ? { status: "failed" } : {});
  assert.match(answers(none)[0]!, /^Nothing to compare yet: .*BN failed\.$/);
});

Deno.test("a report on generated data gives no verdict on smoothness", () => {
  const run = smoothResult();
  const generated = text({ ...run, data: { ...run.data, generated: true } });
  assert.match(generated, /It says nothing about Weight Standardization/);
  assert.doesNotMatch(generated, /Smaller|Larger/);
  assert.match(text(run), /\*\*Smaller\*\*: β-smoothness/);
});

Deno.test("a report names cells with a place that is not finite, and leaves them out", () => {
  const run = withCells(
    smoothResult(),
    ({ arm, seed }) => arm === "gn" && seed < 2 ? smoothCell("gn", seed, NaN) : {},
  );
  const page = text(run);
  assert.match(
    page,
    /- GN, along the gradient: not every number is finite and above 0 with seed 0, 1/,
  );
  assert.match(
    page,
    /- GN \+ WS − GN: over 4 common seeds; left out: seed 0 \\?\(GN has no such value\\?\)/,
  );
  assert.match(page, /\n\| GN \| .* \| 4 \|\n/);
  assert.match(
    answers(run)[1]!,
    /^No verdict, as gn has no such number with seed 0, 1: .*, 4 seeds\.$/,
  );
});

Deno.test("a report names arms that were measured by other steps, and has no ratio of them", () => {
  const run = smoothResult();
  const arms = run.arms.map((arm) =>
    arm.name === "bn-ws" ? { ...arm, settings: { learningRate: 7 } } : arm
  );
  const page = text({ ...run, arms });
  assert.match(
    page,
    /\n- BN \+ WS − BN: not compared, as its arms were measured with different learningRate\n/,
  );
  assert.doesNotMatch(page, /BN \+ WS − BN \| (layerwise|along)/);
  assert.match(page, /GN \+ WS − GN \| layerwise/);
  const alone = text({ ...run, arms, contrasts: [run.contrasts![0]!] });
  assert.match(alone, /not compared, as/);
  assert.doesNotMatch(alone, /Ratios, seed by seed/);
});

Deno.test("smoothnessFigures() draw a band, its change and both constants, a panel an arm", () => {
  const run = smoothResult();
  const figure = smoothnessFigures(run, "gradient").find((block) => block.kind === "figure")!;
  assert.equal(figure.file, "smoothness");
  assert.deepEqual(
    figure.rows.map((row) => row.map(({ title }) => title!.split(": "))),
    [
      "loss",
      "change of the gradient",
      "Lipschitz constant",
      "β-smoothness",
    ].map((title) => ["BN", "BN + WS", "GN", "GN + WS"].map((arm) => [arm, title])),
  );
  const style = { theme: light, width: 200, alone: false };
  const [loss, , , beta] = figure.rows.map(([chart]) =>
    JSON.parse(JSON.stringify(chart!.draw(style)))
  );
  const bands = loss.data.values.filter(({ kind }: { kind: string }) => kind === "band");
  assert.deepEqual(bands.map(({ step }: { step: number }) => step), [0, 20, 40]);
  const [{ value, high }] = bands; // the mean over seeds of 3 − 0.6 · (0.2 · 0.9) and of 3 − 0.6 · 0.1
  assert.ok(Math.abs(value - (3 - 0.6 * 0.18)) < 1e-9 && Math.abs(high - (3 - 0.06)) < 1e-9);
  assert.equal(beta.encoding.y.scale.type, "log");
  assert.equal(loss.encoding.y.scale.type, undefined);
  assert.deepEqual(smoothnessFigures(result(), "gradient"), []);
});

Deno.test("charts of two arms have a key, and speak of no arm in gray", async () => {
  const run = smoothResult();
  const arms = run.arms.slice(0, 2);
  const names = arms.map(({ name }) => name);
  const cells = run.cells.filter(({ arm }) => names.includes(arm));
  const warned: unknown[] = [], { warn } = console;
  console.warn = (...words) => warned.push(words);
  try {
    const files = await reportFiles({ ...run, arms, cells, contrasts: [run.contrasts![0]!] });
    const textOf = (name: string) => `${files.find(({ path }) => path === name)!.content}`;
    const labels = textOf("smoothness.svg").match(/>BN \+ WS</g) ?? [];
    assert.equal(labels.length, 2 + 2, "above two panels, and in the keys of both constants");
    assert.doesNotMatch(textOf("report.md"), /gray is the mean of the first arm/);
  } finally {
    console.warn = warn;
  }
  assert.deepEqual(warned, []);
  assert.match(text(run), /gray is the mean of the first arm/);
});

Deno.test("smoothnessRows() have each point of each place, the start of each line first", () => {
  const run = smoothResult({ seeds: [0] });
  const rows = smoothnessRows(run);
  assert.equal(rows.length, 4 * 3 * 2 * 3);
  assert.deepEqual(rows[0], ["bn", 0, 0, 7, "gradient", 0.6, 0, 0, 3, 0]);
  const { size, distance, loss, gradientChange } = run.cells[0]!.smoothness![0]!.gradient
    .points[0]!;
  assert.deepEqual(rows[1], ["bn", 0, 0, 7, "gradient", 0.6, size, distance, loss, gradientChange]);
  assert.deepEqual(smoothnessRows(result()), []);
});

Deno.test("files of smoothness stand for what was measured, and are made of the record alone", async () => {
  const run = smoothResult();
  const again = JSON.parse(JSON.stringify(run));
  const [files, others] = [await reportFiles(run), await reportFiles(again)];
  assert.deepEqual(files, others);
  const paths = files.map(({ path }) => path);
  for (const path of ["smoothness.svg", "smoothness-layerwise-dark.svg", "smoothness.csv"]) {
    assert.ok(paths.includes(path), path);
  }
  const plain = (await reportFiles(result())).map(({ path }) => path);
  assert.ok(plain.every((path) => !path.startsWith("smoothness")));
});
