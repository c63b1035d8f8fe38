import assert from "node:assert/strict";
import {
  intervalFigure,
  type IntervalRow,
} from "../../../../benchmarks/report/charts/interval_chart.ts";
import { light } from "../../../../benchmarks/report/charts/theme.ts";
import type { Figure } from "../../../../benchmarks/report/document.ts";
import { drawSvg } from "../../../../benchmarks/report/render/svg.ts";

const rows: IntervalRow[] = [
  { label: "first", value: 3, interval: { low: 2, high: 5 }, values: [2.5, 3.5] },
  { label: "second", value: -1, interval: { low: -1.5, high: -0.5 }, values: [] },
  { label: "third", value: 1, values: [1] },
];

async function drawn(rows: readonly IntervalRow[]): Promise<string> {
  const [figure] = intervalFigure(rows, "points", "alt") as Figure[];
  return await drawSvg(
    [[figure!.rows[0]![0]!.draw({ theme: light, width: 320, alone: true })]],
    light,
    4,
  );
}

/** Where the elements of an SVG that match are, and how far lines reach. */
function places(svg: string, element: RegExp): { x: number; y: number; length: number }[] {
  return [...svg.matchAll(element)].map(([text]) => {
    const [, x, y] = /translate\(([^,]+),([^)]+)\)/.exec(text)!;
    return { x: Number(x), y: Number(y), length: Number(/ x2="([^"]+)"/.exec(text)?.[1]) };
  });
}

Deno.test("intervalFigure() draws a bar from low to high, and a line where nothing differs", async () => {
  const svg = await drawn(rows);
  const [zero] = places(svg, /<line [^>]*stroke-dasharray[^>]*>/g);
  const bars = places(svg, /<line [^>]*stroke-width="3"[^>]*>/g);
  assert.equal(bars.length, 2, "none where there are too few values");
  const unit = bars[0]!.length / 3;
  const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-6, `${a} is not ${b}`);
  near(bars[0]!.x - zero!.x, 2 * unit);
  near(bars[1]!.x - zero!.x, -1.5 * unit);
  near(bars[1]!.length, unit);
});

Deno.test("intervalFigure() writes labels at the left edge, each above its own bar", async () => {
  const svg = await drawn(rows);
  const labels = places(svg, /<text aria-label[^>]*>/g);
  assert.deepEqual(labels.map(({ x }) => x), [0, 0, 0]);
  const middles = places(svg, /<path [^>]*aria-roledescription="point"[^>]*>/g).map(({ y }) => y);
  assert.deepEqual(middles, [22, 66, 110]);
  for (const [i, { y }] of labels.entries()) {
    const above = middles[i]! - y;
    assert.ok(above >= 6 && above <= 14, `${above} pixels between a label's foot and its bar`);
  }
});

Deno.test("intervalFigure() is nothing without intervals", () => {
  assert.deepEqual(intervalFigure([], "points", "alt"), []);
});
