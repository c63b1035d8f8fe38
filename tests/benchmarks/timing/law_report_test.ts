import * as assert from "node:assert/strict";
import { documentOf } from "../../../benchmarks/report/mod.ts";
import { documentFiles } from "../../../benchmarks/report/document_files.ts";
import { markdownOf } from "../report/forms.ts";
import { lawfulSweep, sweptResult } from "./synthetic.ts";

/** The rows of the first table below a heading, header and rule aside, as cells. */
function tableBelow(markdown: string, heading: string): string[][] {
  const [, rest] = markdown.split(`### ${heading}\n`);
  const table = /(\|.*\n)+/.exec(rest!)![0].trim().split("\n").slice(2);
  return table.map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
}

const label = "tensorflow captured: WS";

Deno.test("report.md has the law with its intervals, and each row beside it", () => {
  const markdown = markdownOf(lawfulSweep({ a: 0.004, b: 0.8, noise: 0.002 }));
  const [[subject, a, b, rSquared, rows]] = tableBelow(markdown, "The law of the added time") as [
    [string, string, string, string, string],
  ];
  assert.deepEqual([subject, rows], [label, "12"]);
  assert.match(a, /^\+0\.\d\d \[[−+]0\.\d\d, \+0\.\d\d\]$/);
  assert.match(b, /^\+0\.\d\d \[\+0\.\d\d, \+0\.\d\d\]$/);
  assert.ok(Math.abs(Number(b.split(" ")[0]) - 0.8) < 0.1, b);
  assert.ok(Number(rSquared) > 0.95, rSquared);
  assert.match(markdown, /added time \/ plain time ≈ a \+ b · traffic/);
  assert.match(markdown, /srcset="law-dark\.svg"/);
  assert.match(
    markdown,
    /\| width \| batchSize \| imageSize \| traffic \(bytes in 100\) \| measured \| by the law \(%\) \|/,
  );
});

Deno.test("report.md tells from where on less than 1 % is added", () => {
  const heading = `Where ${label} adds less than 1 %`;
  const rows = tableBelow(markdownOf(lawfulSweep({ a: 0, b: 0.5 })), heading);
  assert.deepEqual(rows[0], ["1", "256", "256", "rows"]);
  assert.deepEqual([rows.at(-1)![0], rows.at(-1)![1]], ["256", "32"]);
  const [prolonged] = tableBelow(markdownOf(lawfulSweep({ a: 0, b: 1 })), heading);
  assert.deepEqual(prolonged, ["1", "352", "352", "the line prolonged"]);
  const never = tableBelow(markdownOf(lawfulSweep({ a: 0.05, b: 1 })), heading);
  assert.deepEqual(never[0], ["1", "none up to 1024", "none up to 1024", "–"]);
});

Deno.test("report.md does not tell what the rows do not show", () => {
  const flat = markdownOf(lawfulSweep({ a: 0.05, b: 0, noise: 0.02 }));
  assert.match(
    flat,
    /Not told: the interval of b holds 0, .*; at no traffic it is at most \d+\.\d %/,
  );
  const falling = markdownOf(lawfulSweep({ a: 0.5, b: -0.2 }));
  assert.match(falling, /Not told: the added share falls as the traffic grows/);
  const few = lawfulSweep({ a: 0, b: 1 });
  few.rows.splice(2);
  assert.match(markdownOf(few), /WS: no law is fitted, as there are 2 rows, and 4 are needed/);
  assert.doesNotMatch(markdownOf(few), /law\.svg|adds less than/);
  const alike = lawfulSweep({ a: 0, b: 1 });
  for (const { subjects } of alike.rows) {
    for (const { ready } of subjects) ready!.stepSize = { kernelBytes: 4, multiplyAdds: 100 };
  }
  assert.match(markdownOf(alike), /no law is fitted, as all rows have the same traffic/);
  assert.doesNotMatch(markdownOf(sweptResult()), /The law of/, "older records lack the work");
});

Deno.test("report.md has the added memory with its law", () => {
  const markdown = markdownOf(lawfulSweep({ a: 0, b: 1, bytesForEach: 3 }));
  const [[, a, b]] = tableBelow(markdown, "The law of the added memory") as [string[]];
  assert.match(a!, /^\+3\.0 \[/);
  assert.match(b!, /^\+3\.00 \[/);
  assert.match(markdown, /\| 64 \| 8 \| 128 \| 44\.7 \| \+137\.0 \|/);
});

Deno.test("the chart of the law has a point and a bar for each row", async () => {
  const files = await documentFiles(documentOf(lawfulSweep({ a: 0, b: 1 })));
  const charts = files.filter(({ path }) => path.startsWith("law"));
  assert.deepEqual(charts.map(({ path }) => path), ["law.svg", "law-dark.svg"]);
  const svg = String(charts[0]!.content);
  assert.match(svg, />added to the plain step, by the law \(%\)</);
  assert.equal([...svg.matchAll(/<line aria-label="[^"]*; high: /g)].length, 12);
  assert.equal(
    [...svg.matchAll(/<path aria-label="[^"]*as measured/g)].length,
    12 + 1,
    "and the line",
  );
});
