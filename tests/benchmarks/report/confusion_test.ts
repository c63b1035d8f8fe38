import assert from "node:assert/strict";
import { csvFiles } from "../../../benchmarks/report/cells/csv.ts";
import { confusionSpec } from "../../../benchmarks/report/charts/confusion_chart.ts";
import { drawSvg } from "../../../benchmarks/report/render/svg.ts";
import { light } from "../../../benchmarks/report/charts/theme.ts";
import { result as resultOf } from "./synthetic.ts";

const names = ["sky", 'a "quoted" \\ name'];

Deno.test("csvFiles() writes a row a class of the truth, of the cells that counted", () => {
  const result = resultOf();
  const written = (run: typeof result) =>
    csvFiles(run).find(({ path }) => path === "confusion.csv")?.content;
  assert.equal(written(result), undefined);
  const [first, ...others] = result.cells;
  const cells = [{ ...first!, confusion: [[5, 1], [0, 7]] }, ...others];
  const classes = { ...result.data, classNames: names };
  const rows = String(written({ ...result, cells, data: classes })).split("\n");
  assert.deepEqual(rows.slice(0, 3), [
    'arm,seed,truth,sky,"a ""quoted"" \\ name"',
    `${first!.arm},${first!.seed},sky,5,1`,
    `${first!.arm},${first!.seed},"a ""quoted"" \\ name",0,7`,
  ]);
  assert.equal(rows.length, 4);
});

Deno.test("confusionSpec() draws percents of each row, whatever the classes are called", async () => {
  const svg = await drawSvg([[confusionSpec([[3, 1], [0, 8]], names, light)]], light, 4);
  for (const text of ["75", "25", "100", "sky", "a &quot;quoted&quot; \\ name", "% of the truth"]) {
    assert.ok(
      svg.includes(`>${text}<`) || svg.includes(`>${text.replaceAll("&quot;", '"')}<`),
      text,
    );
  }
  assert.doesNotMatch(svg, /NaN/);
});

Deno.test("confusionSpec() leaves rows without labels empty, and draws 150 classes", async () => {
  const counts = Array.from(
    { length: 150 },
    (_, i) => Array.from({ length: 150 }, (_, j) => i > 0 && (i === j || j === 0) ? 10 : 0),
  );
  const svg = await drawSvg(
    [[confusionSpec(counts, counts.map((_, i) => `c${i}`), light)]],
    light,
    4,
  );
  assert.doesNotMatch(svg, /NaN|>c7</);
  assert.equal(svg.match(/aria-roledescription="rect mark" d/g)?.length ?? 0, 2 * 149);
});

/** The SVG of a matrix where every class is told apart from all others. */
function perfect(classes: number): Promise<string> {
  const names = Array.from({ length: classes }, (_, i) => `class ${i}`);
  const counts = names.map((_, i) => names.map((_, j) => i === j ? 10 : 0));
  return drawSvg([[confusionSpec(counts, names, light)]], light, 4);
}

Deno.test("confusionSpec() writes numbers into cells from 22 pixels on, and names from 8 on", async () => {
  const count = (svg: string, text: RegExp) => svg.match(text)?.length ?? 0;
  const [number, name] = [/>100<\/text>/g, />class \d+<\/text>/g];
  const onLegend = 1;
  const [with22, with21] = [await perfect(32), await perfect(33)]; // 720 / 32 = 22.5
  assert.equal(count(with22, number), 32 + onLegend);
  assert.equal(count(with21, number), onLegend);
  assert.equal(count(with21, name), 2 * 33);
  assert.equal(count(await perfect(90), name), 2 * 90); // 720 / 90 = 8
  assert.equal(count(await perfect(91), name), 0);
});
