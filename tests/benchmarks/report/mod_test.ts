import assert from "node:assert/strict";
import fc from "fast-check";
import { judge } from "../../../benchmarks/judge/claims/judge.ts";
import { reportFiles, writeReport } from "../../../benchmarks/report/mod.ts";
import type { Result } from "../../../benchmarks/record/mod.ts";
import { csvFiles } from "../../../benchmarks/report/cells/csv.ts";
import { trackerFiles } from "../../../benchmarks/report/cells/trackers.ts";
import { htmlOf, latexOf, markdownOf } from "./forms.ts";
import { cell, overhead, panel, png, result } from "./synthetic.ts";

Deno.test("writeReport() writes every exporter's files, the same ones again", async () => {
  const predictions = [{ name: "a", labels: png(4, 3, 1, () => 1) }];
  const run = result({ panels: [panel("a", 4, 3)], overhead: overhead(30, 2) });
  run.cells = run.cells.map((each) => cell(each.arm, each.seed, { predictions }));
  const folder = await Deno.makeTempDir();
  try {
    const paths = await writeReport(folder, run);
    const names = [
      "report.md",
      "report.html",
      "report.tex",
      "curves.svg",
      "curves-dark.svg",
      "panel.png",
      "result.csv",
      "summary.csv",
      "overhead.csv",
      "customBiggerIsBetter.json",
      "customSmallerIsBetter.json",
    ];
    assert.deepEqual(paths.map((path) => path.slice(folder.length + 1)), names);
    const bytes = await Promise.all(paths.map((path) => Deno.readFile(path)));
    await writeReport(folder, run);
    assert.deepEqual(await Promise.all(paths.map((path) => Deno.readFile(path))), bytes);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), names.sort());
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("reportFiles() leaves the record as it is", async () => {
  const run = result({ panels: [panel("a", 4, 3)] });
  const before = structuredClone(run);
  await reportFiles(run);
  assert.deepEqual(run, before);
});

/** A result whose cells ended in any way, with any metric. */
const endings: fc.Arbitrary<Result> = fc.array(
  fc.tuple(
    fc.constantFrom("done", "failed", "broken", "interrupted", undefined),
    fc.oneof(fc.double({ min: 0, max: 100, noNaN: true }), fc.constantFrom(NaN, Infinity)),
  ),
  { minLength: 18, maxLength: 18 },
).map((ends) => {
  const run = result();
  const cells = run.cells.flatMap((each, i) => {
    const [status, mIoU] = ends[i]!;
    if (status === undefined) return [];
    const curve = each.curve.map((point, step) => step > 30 ? { ...point, loss: mIoU } : point);
    return [{ ...each, status, metrics: { mIoU }, curve, imagesPerSecond: mIoU }];
  });
  return { ...run, cells };
});

Deno.test("texts hold no number that is none, however cells ended", () => {
  const property = fc.property(endings, (run) => {
    const texts = [markdownOf(run), latexOf(run) ?? "", ...csvFiles(run), ...trackerFiles(run)];
    for (const text of texts) {
      assert.doesNotMatch(
        typeof text === "string" ? text : `${text.content}`,
        /\b(NaN|Infinity)\b/,
      );
    }
    assert.ok(judge(run).every(({ reason }) => reason !== ""));
  });
  fc.assert(property, { numRuns: 60, seed: 13 });
});

Deno.test("reportFiles() draws, however cells ended", async () => {
  const property = fc.asyncProperty(endings, async (run) => {
    const page = (await reportFiles(run)).find(({ path }) => path === "report.html");
    assert.match(`${page?.content}`, /<\/html>\n$/);
  });
  await fc.assert(property, { numRuns: 5, seed: 14 });
});

Deno.test("reports tell on top of what was no comparison, and how the arms began", async () => {
  const run = result({ seeds: [0] });
  const weights = { initialWeights: { "conv_a [3]": "1" } };
  run.cells = [
    cell("baseline", 0, weights),
    cell("ws", 0, { ...weights, algorithms: ["WeightStandardization()"], standardizedCount: 0 }),
  ];
  for (
    const [text, first] of [[markdownOf(run), "## "], [await htmlOf(run), "<section"]] as const
  ) {
    const [top] = text.replaceAll("\\", "").split(first);
    assert.match(
      top!,
      /Warning:(<\/b>)? The arm WS, 15 ignored standardized no convolution: it is the/,
    );
    assert.match(text, /Initial weights.*the same in all arms, seed by seed/s);
  }
});
