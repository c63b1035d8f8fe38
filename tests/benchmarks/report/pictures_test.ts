import assert from "node:assert/strict";
import { decode } from "fast-png";
import { curveCharts } from "../../../benchmarks/report/charts/curve_data.ts";
import { curveFiles } from "../../../benchmarks/report/curves.ts";
import type { ReportFile } from "../../../benchmarks/report/exporter.ts";
import {
  classColor,
  gapColor,
  ignoredColor,
  paletteSize,
  type Rgb,
} from "../../../benchmarks/report/palette.ts";
import { panelFiles } from "../../../benchmarks/report/panel.ts";
import { type CellRecord, findCell, type Result } from "../../../benchmarks/record/mod.ts";
import { meanInterval } from "../../../benchmarks/judge/statistics/paired_t.ts";
import { assertSvg } from "./opening.ts";
import { cell, panel, png, result } from "./synthetic.ts";

async function curves(run: Result): Promise<string> {
  const [file] = await curveFiles(run);
  assert.equal(file?.path, "curves.svg");
  return String(file?.content);
}

/** How many paths an SVG has with that stroke width. */
function lines(svg: string, width: number): number {
  return svg.match(new RegExp(`<path [^>]*stroke-width="${width}"`, "g"))?.length ?? 0;
}

Deno.test("curves.svg is well formed, whatever an arm is called", async () => {
  const run = result();
  run.arms.forEach((arm) => arm.label = `<"a" & 'b' ]]> \0\u{1b}\uD800 ${arm.name}>`);
  assertSvg(await curves(run));
});

Deno.test("curves-dark.svg is the same chart in the colours of a dark page", async () => {
  const [day, night] = await curveFiles(result());
  assert.equal(night?.path, "curves-dark.svg");
  assertSvg(String(night.content));
  const drawn = (file: ReportFile | undefined) =>
    String(file?.content).replace(/#[0-9a-f]{6}/g, "");
  assert.equal(drawn(night), drawn(day));
  assert.notEqual(night.content, day?.content);
});

/** The ground of each arm in the charts of loss and metric. */
function bands(svg: string): number {
  return svg.match(/aria-roledescription="area mark container"/g)?.length ?? 0;
}

Deno.test("curves.svg has the interval of the mean from three seeds on", async () => {
  assert.equal(bands(await curves(result({ seeds: [0, 1] }))), 0);
  assert.equal(bands(await curves(result({ seeds: [0, 1, 2] }))), 2 * 3);
});

Deno.test("curves.svg has the interval of Student's t, cut off where the seeds end", () => {
  const run = result({ seeds: [0, 1, 2] });
  const [, chart] = curveCharts(run);
  const values = [0, 1, 2].map((seed) => findCell(run, "ws", seed)!.evaluations[1]!.metrics.mIoU!);
  const band = chart!.marks.find(({ kind, row, step }) =>
    kind === "band" && row === "WS, 15 ignored" && step === 20
  );
  const interval = meanInterval(values)!;
  assert.equal(band?.value, Math.max(interval.low, chart!.range[0]));
  assert.equal(band?.high, Math.min(interval.high, chart!.range[1]));
  assert.ok(interval.low > chart!.range[0] && interval.high < chart!.range[1]);
});

Deno.test("curves.svg leaves single seeds out where they would be too many", async () => {
  const seeds = Array.from({ length: 110 }, (_, seed) => seed);
  const svg = await curves(result({ seeds }));
  assert.equal(lines(svg, 2.5), 2 * 3);
  assert.equal(lines(svg, 0.8), 3 * 110, "of the metric, which has few points, all are drawn");
});

Deno.test("curves.svg repeats byte for byte", async () => {
  const [one, two] = await Promise.all([curves(result()), curves(result())]);
  assert.equal(one, two);
  assert.equal(await curves(result()), one);
});

Deno.test("curves.svg has a thin line a seed and a thick one an arm, for loss and mIoU", async () => {
  const svg = await curves(result());
  assert.equal(lines(svg, 0.8), 2 * 3 * 6);
  assert.equal(lines(svg, 2.5), 2 * 3);
  for (const text of ["training loss", "mIoU (%)", "step", "WS, 15 ignored", "WS on all"]) {
    assert.ok(svg.includes(`>${text}</text>`), text);
  }
});

Deno.test("curves.svg keeps a failed cell's curve, marks its end, and leaves it out of the mean", async () => {
  const whole = result({ seeds: [0] });
  const run = structuredClone(whole);
  const failed = cell("ws", 1, { status: "failed", metrics: {}, evaluations: [] });
  failed.curve = failed.curve.slice(0, 8).map((point) =>
    point.step > 6 ? { ...point, loss: NaN } : point
  );
  run.cells.push(failed);
  run.seeds.push(1);
  const svg = await curves(run);
  assert.equal(lines(svg, 0.8), lines(await curves(whole), 0.8) + 1);
  assert.equal(lines(svg, 2.5), lines(await curves(whole), 2.5));
  const crosses = (text: string) => text.match(/aria-roledescription="point"/g)?.length ?? 0;
  assert.equal(crosses(svg), 1);
  assert.equal(crosses(await curves(whole)), 0);
  assert.doesNotMatch(svg, /NaN|Infinity/);
});

Deno.test("curves.svg shows the metric of evaluations when no cell finished", async () => {
  const svg = await curves(result({ cells: [cell("ws", 0, { status: "failed", metrics: {} })] }));
  assert.ok(svg.includes(">mIoU (%)</text>"));
  assert.equal(lines(svg, 2.5), 0);
});

Deno.test("curves.svg stays small for a long training", async () => {
  const run = result({ seeds: [0] });
  run.cells.forEach((each) => {
    each.curve = Array.from({ length: 20_096 }, (_, i) => ({
      step: i + 1,
      epoch: i / 157,
      loss: 3 / (1 + i),
      learningRate: 0.08,
    }));
  });
  const svg = await curves(run);
  assert.ok(svg.length < 100_000);
  assert.ok(svg.includes(">training loss, mean of 134 steps</text>"));
});

Deno.test("curveFiles() has no file where there is no curve", async () => {
  assert.deepEqual(await curveFiles(result({ cells: [] })), []);
  const diverged = cell("ws", 0, { status: "failed", metrics: {}, evaluations: [] });
  diverged.curve.forEach((point) => point.loss = NaN);
  assert.deepEqual(await curveFiles(result({ cells: [diverged] })), []);
});

Deno.test("curveCharts() has a chart for what has a finite value, and no other", () => {
  const titles = (fields: Partial<CellRecord>) => {
    const cells = [0, 1].map((seed) => cell("ws", seed, fields));
    return curveCharts(result({ cells })).map(({ title }) => title);
  };
  assert.deepEqual(titles({}), ["training loss", "mIoU (%)"]);
  assert.deepEqual(titles({ curve: [] }), ["mIoU (%)"], "evaluated only");
  assert.deepEqual(titles({ metrics: {}, evaluations: [] }), ["training loss"]);
  assert.deepEqual(titles({ curve: [], metrics: {}, evaluations: [] }), []);
});

Deno.test("classColor() gives 192 colours, apart from each other, the gap and what is ignored", () => {
  const colors: Rgb[] = [
    ignoredColor,
    gapColor,
    ...Array.from({ length: paletteSize }, (_, i) => classColor(i)),
  ];
  const apart = (a: Rgb, b: Rgb) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
  colors.forEach((a, i) => colors.slice(0, i).forEach((b) => assert.ok(apart(a, b) >= 30)));
  const first = colors.slice(0, 13);
  first.forEach((a, i) => first.slice(0, i).forEach((b) => assert.ok(apart(a, b) >= 60)));
  assert.deepEqual(classColor(paletteSize), classColor(0));
  assert.throws(() => classColor(-1), /RangeError: .*index must be .*current value is -1$/);
});

/** Two images of different sizes; `ws` has predictions, `ws-all` lacks that of the second. */
function withPanels(): Result {
  const predictions = ["a", "b"].map((name, i) => ({
    name,
    labels: i === 0 ? png(4, 3, 1, () => 2) : png(5, 2, 1, () => 1),
  }));
  return result({
    panels: [panel("a", 4, 3), panel("b", 5, 2)],
    seeds: [7, 8],
    cells: [
      cell("baseline", 7, { predictions }),
      cell("ws", 7, { predictions }),
      cell("ws", 8, { predictions: predictions.slice(1) }),
      cell("ws-all", 7, { predictions: predictions.slice(0, 1) }),
    ],
  });
}

Deno.test("panel.png has images in rows and input, truth and arms in columns", () => {
  const [file] = panelFiles(withPanels());
  assert.equal(file?.path, "panel.png");
  const image = decode(file?.content as Uint8Array, { checkCrc: true });
  assert.deepEqual([image.width, image.height], [5 * 5 + 4 * 4, 3 + 4 + 2]);
  const at = (x: number, y: number) => {
    const i = (y * image.width + x) * 3;
    return [...image.data.slice(i, i + 3)];
  };
  assert.deepEqual(at(1, 0), [3, 4, 5], "input");
  assert.deepEqual(at(8, 0), [...ignoredColor], "truth 0");
  assert.deepEqual(at(9, 0), [...classColor(0)], "truth 1");
  assert.deepEqual(at(16, 0), [...classColor(1)], "baseline's prediction");
  assert.deepEqual(at(32, 2), [...classColor(1)], "the last arm's prediction");
  assert.deepEqual(at(5, 0), [...gapColor], "gap");
  assert.deepEqual(at(2 * 9, 8), [...classColor(0)], "baseline's prediction in the second row");
  assert.deepEqual(at(4 * 9, 8), [...gapColor], "a prediction that is missing");
});

Deno.test("panelFiles() repeats, and has no file where there are no panels", () => {
  assert.deepEqual(panelFiles(withPanels()), panelFiles(withPanels()));
  assert.deepEqual(panelFiles(result()), []);
});

Deno.test("panelFiles() draws input and truth where no cell has predictions", () => {
  const [file] = panelFiles(result({ cells: [], panels: [panel("a", 4, 3)] }));
  assert.equal(decode(file?.content as Uint8Array).width, 5 * 4 + 4 * 4);
});

Deno.test("panelFiles() refuses an image of another size or kind", () => {
  const wrong = { ...panel("a", 4, 3), truth: png(3, 3, 1, () => 0) };
  assert.throws(
    () => panelFiles(result({ panels: [wrong] })),
    /UsageError: Cannot draw the panel "a" as .*4×3 PNGs of 1 × 8 bits: .* 3×3 of 1 × 8 bits$/,
  );
  const gray = { ...panel("a", 4, 3), image: png(4, 3, 1, () => 0) };
  assert.throws(() => panelFiles(result({ panels: [gray] })), /PNGs of 3 × 8 bits/);
});
