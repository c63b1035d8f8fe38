import assert from "node:assert/strict";
import { decode } from "fast-png";
import { curveCharts } from "../../../benchmarks/report/cells/curve_data.ts";
import { documentFiles, type ReportFile } from "../../../benchmarks/report/document_files.ts";
import { documentOf } from "../../../benchmarks/report/mod.ts";
import {
  classColor,
  gapColor,
  ignoredColor,
  paletteSize,
  type Rgb,
} from "../../../benchmarks/report/cells/palette.ts";
import type { Images } from "../../../benchmarks/report/document.ts";
import { type CellRecord, findCell, type Result } from "../../../benchmarks/record/mod.ts";
import { meanInterval } from "../../../benchmarks/judge/statistics/paired_t.ts";
import { markdownOf } from "./forms.ts";
import { assertSvg } from "./opening.ts";
import { cell, panel, png, result } from "./synthetic.ts";

/** The files of the report's figures. */
async function pictures(run: Result): Promise<ReportFile[]> {
  const files = await documentFiles(documentOf(run));
  return files.filter(({ path }) => /\.(svg|png)$/.test(path));
}

async function curves(run: Result): Promise<string> {
  const [file] = await pictures(run);
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
  const [day, night] = await pictures(result());
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

Deno.test("curves.svg has the interval of Student's t, and its axis holds all of it", () => {
  const run = result({ seeds: [0, 1, 2] });
  const [loss, chart] = curveCharts(run);
  const values = [0, 1, 2].map((seed) => findCell(run, "ws", seed)!.evaluations[1]!.metrics.mIoU!);
  const band = chart!.marks.find(({ kind, row, step }) =>
    kind === "band" && row === "WS, 15 ignored" && step === 20
  );
  const { low, high } = meanInterval(values)!;
  assert.deepEqual([band?.value, band?.high], [low, high]);
  for (const { marks, range } of [loss!, chart!]) {
    for (const { value, high = value } of marks) {
      assert.ok(value >= range[0] && high <= range[1], "nothing is cut off at the frame");
    }
  }
});

Deno.test("curves.svg repeats byte for byte", async () => {
  const [one, two] = await Promise.all([curves(result()), curves(result())]);
  assert.equal(one, two);
  assert.equal(await curves(result()), one);
});

Deno.test("curves.svg has bands or thin lines, never both", async () => {
  const [few, many] = [await curves(result({ seeds: [0, 1] })), await curves(result())];
  assert.deepEqual([lines(few, 0.8), bands(few)], [2 * 3 * 2, 0]);
  assert.deepEqual([lines(many, 0.8), bands(many)], [0, 2 * 3]);
  for (const svg of [few, many]) assert.equal(lines(svg, 2.5), 2 * 3);
  for (
    const text of ["training loss", "mIoU (%)", "optimizer step", "WS, 15 ignored", "WS on all"]
  ) {
    assert.ok(many.includes(`>${text}</text>`), text);
  }
});

Deno.test("from four arms on each has a panel of its own, beside the first one's mean", () => {
  const run = withArms(4);
  const charts = curveCharts(run);
  assert.deepEqual(charts.map(({ row, title }) => [row, title]), [
    ...["a0", "a1", "a2", "a3"].map((row) => [row, "training loss"]),
    ...["a0", "a1", "a2", "a3"].map((row) => [row, "mIoU (%)"]),
  ]);
  for (const { row, marks } of charts) {
    const references = marks.filter(({ kind }) => kind === "reference");
    assert.equal(references.length > 0, row !== "a0");
    assert.ok(marks.every(({ kind, row: of }) => kind === "reference" ? of === "a0" : of === row));
  }
  const [loss, metric] = [charts.slice(0, 4), charts.slice(4)];
  for (const panels of [loss, metric]) {
    assert.equal(new Set(panels.map(({ range }) => String(range))).size, 1, "axes are the same");
  }
  assert.deepEqual(curveCharts(withArms(13)).map(({ row }) => row), [undefined, undefined]);
});

/** As many arms, named a0, a1, …, of three seeds. */
function withArms(count: number): Result {
  const names = Array.from({ length: count }, (_, i) => `a${i}`);
  return result({
    arms: names.map((name) => ({ name, label: name, algorithms: [], description: "" })),
    seeds: [0, 1, 2],
    cells: names.flatMap((name, i) =>
      [0, 1, 2].map((seed) => cell(name, seed, { mIoU: 40 + i + seed }))
    ),
  });
}

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
  assert.equal(lines(svg, 1.2), 1, "a dashed line, of the loss");
  assert.equal(lines(await curves(whole), 1.2), 0);
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
  assert.match(markdownOf(run), /; the loss is the mean of 134 steps\.$/m);
});

Deno.test("there are no curves where no loss is finite", async () => {
  assert.deepEqual(await pictures(result({ cells: [] })), []);
  const diverged = cell("ws", 0, { status: "failed", metrics: {}, evaluations: [] });
  diverged.curve.forEach((point) => point.loss = NaN);
  assert.deepEqual(await pictures(result({ cells: [diverged] })), []);
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

/** The panel of a report, as pixels. */
async function panelOf(run: Result) {
  const file = (await pictures(run)).find(({ path }) => path === "panel.png");
  const image = decode(file!.content as Uint8Array, { checkCrc: true });
  const at = (x: number, y: number) => {
    const i = (y * image.width + x) * 3;
    return [...image.data.slice(i, i + 3)];
  };
  return { width: image.width, height: image.height, at };
}

/** A class's colour over the image's pixel in gray. */
function over(color: Rgb, [red, green, blue]: Rgb): number[] {
  const gray = 0.299 * red + 0.587 * green + 0.114 * blue;
  return color.map((value) => Math.round(0.5 * value + 0.5 * gray));
}

Deno.test("panel.png has images in rows and input, truth and arms in columns, laid over the image", async () => {
  const { width, height, at } = await panelOf(withPanels());
  assert.deepEqual([width, height], [5 * 5 + 4 * 4, 3 + 4 + 2]);
  assert.deepEqual(at(1, 0), [3, 4, 5], "input");
  assert.deepEqual(at(8, 0), [...ignoredColor], "truth 0");
  assert.deepEqual(at(9, 0), over(classColor(0), [3, 4, 5]), "truth 1");
  assert.deepEqual(at(16, 0), over(classColor(1), [0, 1, 2]), "baseline's prediction");
  assert.deepEqual(at(32, 2), over(classColor(1), [24, 25, 26]), "the last arm's prediction");
  assert.deepEqual(at(5, 0), [...gapColor], "gap");
  assert.deepEqual(at(2 * 9, 8), over(classColor(0), [15, 16, 17]), "baseline in the second row");
  assert.deepEqual(at(4 * 9, 8), [...gapColor], "a prediction that is missing");
});

Deno.test("panel.png and its legend have PASCAL VOC's colours for its sets", async () => {
  const base = withPanels();
  const run: Result = { ...base, data: { ...base.data, coding: "voc" } };
  const { at } = await panelOf(run);
  assert.deepEqual(at(8, 0), [224, 224, 192], "truth 0 is ignored");
  assert.deepEqual(at(9, 0), over([0, 0, 0], [3, 4, 5]), "truth 1 is the background");
  assert.deepEqual(at(16, 0), over([128, 0, 0], [0, 1, 2]), "prediction 2 is the aeroplane");
  const report = markdownOf(run);
  assert.match(report, /Colours are PASCAL VOC's: black is the background, pale yellow is ignored/);
  assert.doesNotMatch(report, /Black is ignored/);
  assert.match(markdownOf(base), /Black is ignored/);
  const images = documentOf(run).blocks.find((block): block is Images => block.kind === "images");
  const colors = JSON.stringify(images!.legend).match(/rgb\([^)]*\)/g);
  assert.deepEqual(colors, ["rgb(224 224 192)", "rgb(0 0 0)", "rgb(128 0 0)"]);
});

Deno.test("panels are those where the arms differ most, and as many as the run says", () => {
  const names = ["same", "some", "most", "ignored"];
  const share = { same: 0, some: 3, most: 9, ignored: 0 } as Record<string, number>;
  const predictions = (ws: boolean) =>
    names.map((name) => ({
      name,
      labels: png(4, 3, 1, (i) => ws && (i < share[name]! || name === "ignored") ? 2 : 1),
    }));
  const run = result({
    seeds: [0],
    config: { panelImages: 2 },
    panels: names.map((name) => ({
      ...panel(name, 4, 3),
      truth: png(4, 3, 1, () => name === "ignored" ? 0 : 1),
    })),
    cells: ["baseline", "ws"].map((arm) =>
      cell(arm, 0, { predictions: predictions(arm === "ws") })
    ),
  });
  const titles = () => imagesOf(run).rows.map(({ title }) => title);
  assert.deepEqual(titles(), ["most", "some"]);
  assert.match(markdownOf(run), /: the 2 images of 4 where the arms differ most\./);
  run.arms = run.arms.slice(0, 1);
  run.panels[0]!.truth = png(4, 3, 1, () => 2);
  assert.deepEqual(titles(), ["same", "some"], "one arm: where it errs");
});

function imagesOf(run: Result): Images {
  return documentOf(run).blocks.find((block) => block.kind === "images")!;
}

Deno.test("there is no panel without images, and one of input and truth without predictions", async () => {
  assert.ok(!(await pictures(result())).some(({ path }) => path === "panel.png"));
  const { width } = await panelOf(result({ cells: [], panels: [panel("a", 4, 3)] }));
  assert.equal(width, 5 * 4 + 4 * 4);
});

Deno.test("a panel of another size or kind is refused", () => {
  const wrong = { ...panel("a", 4, 3), truth: png(3, 3, 1, () => 0) };
  assert.throws(
    () => documentOf(result({ panels: [wrong] })),
    /UsageError: Cannot draw the panel "a" as .*4×3 PNGs of 1 × 8 bits: .* 3×3 of 1 × 8 bits$/,
  );
  const gray = { ...panel("a", 4, 3), image: png(4, 3, 1, () => 0) };
  assert.throws(() => documentOf(result({ panels: [gray] })), /PNGs of 3 × 8 bits/);
});
