import assert from "node:assert/strict";
import { decode } from "fast-png";
import { bounds } from "../../../benchmarks/ground/format.ts";
import { escapeHtml, Markup, markup } from "../../../benchmarks/report/render/markup.ts";
import { findCell } from "../../../benchmarks/record/mod.ts";
import { meanT } from "../../../benchmarks/judge/statistics/paired_t.ts";
import { minus } from "../judge/statistics/fixtures.ts";
import { standardDeviation } from "../../../benchmarks/judge/statistics/summary.ts";
import { htmlOf as report } from "./forms.ts";
import { cell, overhead, panel, png, result } from "./synthetic.ts";
import { hugeResult } from "./synthetic_huge.ts";

/** A page is too long to be shown whenever something is missing in it. */
function holds(text: string, pattern: RegExp): void {
  assert.ok(pattern.test(text), `the page has no ${pattern}`);
}

/** The page without its script and style. */
function readable(text: string): string {
  return text.replace(/<(script|style)>.*?<\/\1>/gs, "");
}

Deno.test("markup`` escapes whatever is put into it, and leaves markup as it is", () => {
  const hostile = `<img src=x onerror="alert(1)"> & '`;
  const inner = markup`<b title="${hostile}">${hostile}</b>`;
  const escaped = "&#60;img src=x onerror=&#34;alert(1)&#34;&#62; &#38; &#39;";
  assert.equal(`${inner}`, `<b title="${escaped}">${escaped}</b>`);
  assert.equal(`${markup`<p>${[inner, inner]}${3}</p>`}`, `<p>${inner}\n${inner}3</p>`);
  assert.equal(escapeHtml(hostile), escaped);
  assert.equal(`${new Markup("<i></i>")}`, "<i></i>");
});

Deno.test("report.html has a section for all that a result holds", async () => {
  const predictions = [{ name: "a", labels: png(4, 3, 1, () => 1) }];
  const run = result({ panels: [panel("a", 4, 3)], overhead: overhead(30, 4) });
  run.warnings = [{ code: "noisy-clock", message: "steps scatter", advice: "Close programs" }];
  run.cells = run.cells.map((each) => ({ ...each, predictions }));
  const text = await report(run);
  const ids = [...text.matchAll(/<section id="([^"]+)"/g)].map(([, id]) => id);
  assert.deepEqual(ids, [
    ...[
      "warnings",
      "differences",
      "learning-curves",
      "miou",
      "iou-by-class",
      "predictions",
      "speed",
    ],
    ...["claims", "arms", "cells", "environment", "how-to-repeat-it"],
  ]);
  for (const id of ids) assert.ok(text.includes(`href="#${id}"`), `no link to ${id}`);
  holds(text, /<b>noisy-clock<\/b>: steps scatter\./);
  holds(text, /alt="WS on all of a"/);
  holds(text, /<td class="number" data-sort="40">40\.00<\/td>/);
  const mIoU = (arm: string) => run.seeds.map((seed) => findCell(run, arm, seed)!.metrics.mIoU!);
  const { interval } = meanT(minus(mIoU("ws"), mIoU("baseline")));
  assert.ok(text.includes(` ${bounds(interval!, 2)}</td>`), "the interval of ws − baseline");
  holds(text, /<td class="number" data-sort="[34]\.[^"]+">\+[34]\.\d % \[.*\]<\/td>/);
  holds(text, /<span class="badge good">reproduced<\/span> C2: .*, by a proxy: /);
  holds(text, /deno task bench:ade20k --profile proxy --seeds 0,1/);
});

Deno.test("report.html repeats byte for byte, and names nothing outside of itself", async () => {
  const run = result({ panels: [panel("a", 4, 3)], overhead: overhead(30, 4) });
  const text = await report(run);
  assert.equal(await report(run), text);
  const addresses = text.match(/(?:src|href|srcset|action)="[^"]*"|url\([^)]*\)|@import/g) ?? [];
  assert.deepEqual(
    addresses.filter((address) => !/^(?:src|href)="(?:#[a-z0-9-]+"|data:)/.test(address)),
    [],
  );
  holds(text, /default-src &#39;none&#39;/);
});

Deno.test("report.html sets a classifier against guessing, and has no classes to show", async () => {
  const run = result({ mainMetric: "top1" });
  run.data.classes = 8;
  run.cells = run.cells.map(({ arm, seed }) =>
    cell(arm, seed, { metrics: { top1: 40 + seed, top5: 80 }, classIou: [], skippedCount: 1 })
  );
  const text = await report(run);
  holds(text, /<h2 id="top-1-title">top-1 \(%\)<\/h2>/);
  holds(text, /<dt>Guessing<\/dt><dd>12\.50 % top-1<\/dd>/);
  assert.ok(!text.includes("Always saying"), "no class is more frequent");
  run.constantPrediction = { class: 1, top1: 30 };
  holds(await report(run), /<dt>Always saying “[^”]+”<\/dt><dd>30\.00 % top-1<\/dd>/);
  holds(text, /<dt>Images that could not be read<\/dt><dd>1, passed over<\/dd>/);
  assert.ok(!text.includes('<section id="iou-by-class"'));
});

Deno.test("report.html marks each id once, though it has several charts", async () => {
  const text = await report(result({ overhead: overhead(30, 4) }));
  const ids = [...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  assert.equal(new Set(ids).size, ids.length);
  assert.ok((text.match(/<svg /g)?.length ?? 0) === 4);
});

Deno.test("report.html can be made of a run without a single cell, and of generated data", async () => {
  const run = result({ cells: [] });
  run.data.generated = true;
  const text = await report(run);
  holds(text, /No cell has a metric\./);
  holds(text, /Generated data: this shows that the suite runs\./);
  assert.equal(text.match(/: did not run<\/li>/g)?.length, 18);
  assert.doesNotMatch(readable(text), /NaN|undefined|Infinity/);
});

Deno.test("report.html says of one seed that it has no interval, and of a failed cell why", async () => {
  const run = result({ seeds: [3] });
  run.cells[1] = cell("ws", 3, { status: "failed", error: "loss became NaN", metrics: {} });
  const text = await report(run);
  holds(text, /One seed only: there is no interval\./);
  holds(text, /<b>WS, 15 ignored, seed 3<\/b>: failed after 40 steps: loss became NaN;/);
  holds(text, /ws − baseline: over 0 common seeds; left out: seed 3 \(WS, 15 ignored failed\)/);
  assert.doesNotMatch(readable(text).replaceAll("loss became NaN", ""), /NaN|undefined|Infinity/);
});

Deno.test("report.html of a huge run stays within a megabyte and says what it leaves out", async () => {
  const text = await report(hugeResult());
  assert.ok(new TextEncoder().encode(text).length <= 1_000_000);
  holds(text, /Too long to stand here: result\.json has it\./);
  holds(text, /<\/html>\n$/);
});

Deno.test("report.html shrinks large images until they fit, and leaves none out", async () => {
  const noise = png(512, 512, 3, (i) => Math.floor(1e5 * Math.abs(Math.sin(i * i))) % 256);
  const panels = ["a", "b", "c", "d"].map((name) => ({ ...panel(name, 512, 512), image: noise }));
  const text = await report(result({ panels }));
  assert.ok(new TextEncoder().encode(text).length <= 1_000_000);
  const images = [...text.matchAll(/<img src="data:image\/png;base64,([^"]+)" width="512"/g)];
  assert.equal(images.length, 8);
  const input = decode(Uint8Array.fromBase64(images[0]![1]!), { checkCrc: true });
  const factor = Math.round(512 / input.width);
  assert.ok(factor > 1 && input.height === input.width);
  const spread = standardDeviation([...input.data]);
  assert.ok(spread < 50, "an input is blended: single pixels of noise scatter by 74");
});

Deno.test("report.html draws the interval of the added time from 30 pairs on", async () => {
  const bars = async (pairs: number) => {
    const text = await report(result({ overhead: overhead(pairs, 4) }));
    const [section] = /<section id="speed".*?<\/section>/s.exec(text) ?? [];
    return (section!.match(/<line[^>]* stroke-width="3"/g) ?? []).length;
  };
  assert.ok(await bars(30) > 0);
  assert.equal(await bars(5), 0);
});
