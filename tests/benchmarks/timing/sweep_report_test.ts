import * as assert from "node:assert/strict";
import { parse } from "csv-parse/sync";
import { documentOf } from "../../../benchmarks/report/mod.ts";
import { documentFiles, type ReportFile } from "../../../benchmarks/report/document_files.ts";
import type { TimingsRecord } from "../../../benchmarks/record/mod.ts";
import { overheadCsv } from "../../../benchmarks/report/timings/csv.ts";
import { markdownOf } from "../report/forms.ts";
import { blocksOf, recordOf, resultOf, sweptResult } from "./synthetic.ts";

Deno.test("report.md shows what is added as the work grows, the least work first", () => {
  const markdown = markdownOf(sweptResult());
  const [, section] = markdown.split("## What is added as the work grows");
  const lines = section!.split("\n").filter((line) => line.startsWith("| ")).slice(0, 4);
  const cells = lines.map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
  assert.deepEqual(cells[0]!.slice(0, 3), ["imageSize", "pixels a step", "plain (ms)"]);
  assert.deepEqual(cells[2], [
    "16",
    "512",
    "100.0",
    "+1.0 % [+1.0, +1.0]",
    "+20.0 % [+20.0, +20.0]",
  ]);
  assert.deepEqual(cells[3], [
    "64",
    "8,192",
    "400.0",
    "+1.0 % [+1.0, +1.0]",
    "+0.2 % [+0.2, +0.2], within noise",
  ]);
  assert.match(markdown, /WS over .*: \+20\.0 % .* at imageSize 16; \+0\.2 % .* at imageSize 64/);
  assert.match(markdown, /srcset="overhead-dark\.svg"/);
  assert.match(
    markdown,
    /## Time and memory: imageSize 64\n[^]*### Comparisons\n[^]*## Time and memory: imageSize 16\n/,
  );
});

Deno.test("report.md says how many rows of a sweep are there", () => {
  const result = sweptResult();
  result.sweep = { imageSize: [64, 16, 8] };
  result.rows![1]!.complete = false;
  assert.match(markdownOf(result), /3 rows, .*imageSize 64, 16, 8; 1 of 3 are done: interr/);
  assert.match(markdownOf(result), /## Time and memory: imageSize 16, interrupted/);
  assert.match(markdownOf({ ...result, rows: [] }), /0 of 3 are done/);
  const first = { ...result, rows: result.rows!.slice(0, 1) };
  assert.match(markdownOf(first), /## Time and memory: imageSize 64\n/);
});

Deno.test("overheadCsv() has a column for each key of a sweep", () => {
  const rows = parse(overheadCsv(sweptResult()), { columns: true }) as Record<string, string>[];
  assert.equal(rows.length, 2 * 3 * 60);
  assert.deepEqual(Object.keys(rows[0]!).slice(0, 2), ["imageSize", "subject"]);
  assert.deepEqual([rows[0]!.imageSize, rows.at(-1)!.imageSize], ["64", "16"]);
  assert.equal(rows.at(-1)!.durationMs, "120");
});

/** The charts of a sweep. */
async function chartFiles(result: TimingsRecord): Promise<ReportFile[]> {
  const files = await documentFiles(documentOf(result));
  return files.filter(({ path }) => path.endsWith(".svg"));
}

Deno.test("the chart has a bar for each interval, on light and on dark", async () => {
  const [light, dark] = await chartFiles(sweptResult());
  assert.deepEqual([light!.path, dark!.path], ["overhead.svg", "overhead-dark.svg"]);
  const text = String(light!.content);
  assert.match(text, /^<svg [^]*<\/svg>\s*$/);
  assert.match(text, />pixels a step: images · height · width</);
  assert.notEqual(light!.content, dark!.content);
  assert.equal(barsIn(text), 4, "A/A and WS in each of two rows");
  const few = sweptResult();
  few.rows!.forEach(({ subjects }) => subjects.forEach(({ blocks }) => blocks.splice(10)));
  const [without] = await chartFiles(few);
  assert.equal(barsIn(String(without!.content)), 0, "five rounds have no interval");
});

Deno.test("there is no chart without a sweep, or before its first row", async () => {
  const single = resultOf([recordOf("plain", blocksOf(30, 5)), recordOf("ws", blocksOf(30, 6))]);
  assert.deepEqual(await chartFiles(single), []);
  assert.deepEqual(await chartFiles({ ...sweptResult(), rows: [] }), []);
  const peers = sweptResult();
  peers.rows!.forEach((row) =>
    row.subjects = [recordOf("plain", blocksOf(30, 5)), recordOf("pytorch", blocksOf(30, 6))]
  );
  assert.deepEqual(await chartFiles(peers), [], "that is not what standardization adds");
  assert.doesNotMatch(markdownOf(peers), /<picture>/);
});

/** Vega names what it draws to those who cannot see it: a bar is a line with two values. */
function barsIn(svg: string): number {
  return [...svg.matchAll(/<line aria-label="[^"]*; high: /g)].length;
}
