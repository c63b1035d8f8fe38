import assert from "node:assert/strict";
import type { Grid } from "../../../../benchmarks/experiments/grid.ts";
import { gridContrasts } from "../../../../benchmarks/experiments/grid.ts";
import type { Result } from "../../../../benchmarks/record/mod.ts";
import { parseRecord } from "../../../../benchmarks/record/mod.ts";
import { csvFiles } from "../../../../benchmarks/report/cells/csv.ts";
import { gridSection } from "../../../../benchmarks/report/cells/grid.ts";
import type { Figure } from "../../../../benchmarks/report/document.ts";
import { reportFiles } from "../../../../benchmarks/report/mod.ts";
import { markdown } from "../../../../benchmarks/report/render/markdown.ts";
import { cell, result } from "../synthetic.ts";

const norms: Grid = {
  axes: [
    { name: "normalization", label: "normalization", levels: ["BN", "GN"] },
    { name: "WS", label: "WS", levels: ["without", "with"] },
  ],
  at: {
    bn: ["BN", "without"],
    "bn-ws": ["BN", "with"],
    gn: ["GN", "without"],
    "gn-ws": ["GN", "with"],
  },
  effect: "WS",
};

/** Arms on a grid; each scores what `mIoU` says. */
function onGrid(
  grid: Grid,
  mIoU: (arm: string, seed: number) => number,
  seeds = [0, 1],
): Result {
  const arms = Object.keys(grid.at).map((name) => ({
    name,
    label: name.toUpperCase(),
    algorithms: [],
    description: "",
  }));
  return result({
    arms,
    seeds,
    grid: structuredClone(grid) as Result["grid"] & object,
    contrasts: gridContrasts(grid, arms).map((one) => ({ ...one, weights: { ...one.weights } })),
    cells: arms.flatMap(({ name }) =>
      seeds.map((seed) => cell(name, seed, { mIoU: mIoU(name, seed) }))
    ),
  });
}

const scores: Record<string, number> = { bn: 50, "bn-ws": 51, gn: 40, "gn-ws": 44 };
const matrix = onGrid(norms, (arm, seed) => scores[arm]! + seed);

/** The lines of a report that are rows of tables. */
function rowsOf(given: Result): string[] {
  const document = { title: "", kicker: "", answer: [], blocks: gridSection(given) };
  return markdown(document).split("\n").filter((line) => line.startsWith("|"));
}

Deno.test("gridSection() has the scores as a matrix, with intervals over the seeds", () => {
  const rows = rowsOf(matrix);
  assert.equal(rows[0], "| normalization | without | with |");
  // The mean of two values a unit apart; half of the interval is t(0.975, 1) · √½ / √2.
  assert.equal(rows[2], "| BN | 50.50 ± 6.35 | **51.50 ± 6.35** |");
  assert.equal(rows[3], "| GN | 40.50 ± 6.35 | 44.50 ± 6.35 |");
});

Deno.test("gridSection() has each effect, and how much more it is than the first", () => {
  const scattered = onGrid(norms, (arm, seed) => scores[arm]! + (arm === "gn-ws" ? seed : 0));
  const rows = rowsOf(scattered);
  const [bn, gn] = rows.slice(rows.findIndex((row) => row.includes("interaction")) + 2);
  assert.match(bn!, /^\| BN \| 2 \| \+1\.00 \[\+1\.00, \+1\.00\] \| \\< 0\.001 \| – \| – \|$/);
  assert.match(gn!, /^\| GN \| 2 \| \+4\.50 \[−1\.85, \+10\.85\] \| 0\.141 \| \+3\.50 \[/);
});

Deno.test("gridSection() finds effects by what they weigh, whatever a run calls them", () => {
  const contrasts = matrix.contrasts!.map((one, i) => ({ ...one, name: `${i}`, label: `${i}` }));
  assert.deepEqual(rowsOf({ ...matrix, contrasts }), rowsOf(matrix));
});

Deno.test("gridSection() counts a seed that diverged, and takes no mean with it", () => {
  const cells = matrix.cells.map((one) =>
    one.arm === "gn" && one.seed === 1
      ? { ...one, status: "failed" as const, metrics: {} }
      : one.arm === "gn-ws"
      ? { ...one, status: "failed" as const, metrics: {} }
      : one
  );
  const rows = rowsOf({ ...matrix, cells });
  assert.equal(rows[3], "| GN | 40.00, diverged 1 of 2 | diverged 2 of 2 |");
  const missing = matrix.cells.filter(({ arm, seed }) => arm !== "bn" || seed === 0);
  assert.match(
    rowsOf({ ...matrix, cells: missing })[2]!,
    /^\| BN \| 50\.00, did not run 1 of 2 \|/,
  );
});

Deno.test("gridSection() has throughput of steps timed in turn, where steps were", () => {
  const pairs = [{ baselineMs: 100, armMs: 200 }, { baselineMs: 100, armMs: 200 }];
  const overhead = ["bn-ws", "gn", "gn-ws"].map((arm) => ({ arm, baseline: "bn", pairs }));
  const rows = rowsOf({ ...matrix, overhead });
  assert.equal(rows.at(-2), "| BN | 80.0 | 40.0 |"); // batches of 8
  assert.ok(!rowsOf(matrix).some((row) => row.includes("80.0")));
});

const sizes: Grid = {
  axes: [
    { name: "norm", label: "norm", levels: ["BN", "GN"] },
    { name: "size", label: "images", levels: [1, 2, 8], scale: "log" },
  ],
  at: { b2: ["BN", 2], b8: ["BN", 8], g1: ["GN", 1], g2: ["GN", 2], g8: ["GN", 8] },
};

Deno.test("a grid with an axis of numbers is a chart, a line for each level of the other", async () => {
  const given = onGrid(sizes, (arm, seed) => 40 + Number(arm.slice(1)) + seed);
  const [figure] = gridSection(given).filter((block): block is Figure => block.kind === "figure");
  assert.deepEqual(figure!.legend, ["BN", "GN"]);
  const style = {
    theme: { background: "", text: "", grid: "", series: ["black", "blue"] },
    width: 300,
    alone: true,
  };
  const { layer, encoding } = figure!.rows[0]![0]!.draw(style) as unknown as {
    layer: { data: { values: { line: string; x: number; value: number; high?: number }[] } }[];
    encoding: { x: { scale: { type: string } } };
  };
  assert.equal(encoding.x.scale.type, "log");
  const means = [layer[1]!, layer[4]!].flatMap(({ data: { values } }) => values)
    .map(({ line, x, value }) => [line, x, value]);
  assert.deepEqual(means, [
    ["BN", 2, 42.5],
    ["BN", 8, 48.5],
    ["GN", 1, 41.5],
    ["GN", 2, 42.5],
    ["GN", 8, 48.5],
  ]);
  assert.ok(Math.abs(layer[0]!.data.values[0]!.high! - 42.5 - 6.353) < 1e-3);
  const rows = rowsOf(given);
  assert.equal(rows[0], "| norm | 1 | 2 | 8 |");
  assert.match(rows[2]!, /^\| BN \| – \| 42\.50/);
  const paths = (await reportFiles(given)).map(({ path }) => path);
  for (const path of ["grid.svg", "grid-dark.svg", "grid.csv"]) {
    assert.ok(paths.includes(path), path);
  }
});

Deno.test("a grid of one axis has a row for each level", () => {
  const one: Grid = {
    axes: [{ name: "ignored", label: "layers ignored", levels: [0, 3] }],
    at: { all: [0], some: [3] },
    effect: "ignored",
  };
  const rows = rowsOf(onGrid(one, (arm) => arm === "all" ? 40 : 45));
  assert.deepEqual(rows.slice(0, 1).concat(rows.slice(2, 4)), [
    "| layers ignored | mIoU (%) |",
    "| 0 | 40.00 ± 0.00 |",
    "| 3 | **45.00 ± 0.00** |",
  ]);
  const words: Grid = {
    axes: [{ name: "start", label: "from such weights", levels: ["plain", "WS", "kept"] }],
    at: { a: ["plain"], b: ["WS"], c: ["kept"] },
    effect: "start",
  };
  const effects = rowsOf(onGrid(words, () => 40)).find((row) => row.includes("minus"));
  assert.match(effects!, /\| minus plain \\\[95 %/);
});

Deno.test("csvFiles() have places, scores and contrasts of a grid, and neither file without one", () => {
  const files = new Map(csvFiles(matrix).map(({ path, content }) => [path, String(content)]));
  const [header, first] = files.get("grid.csv")!.split("\n");
  assert.equal(header, "arm,normalization,WS,metric,n,diverged,mean,low,high,imagesPerSecond");
  assert.match(first!, /^bn,BN,without,mIoU,2,0,50\.5,44\.1\d+,56\.8\d+,$/);
  assert.equal(files.get("contrasts.csv")!.trim().split("\n").length, 4);
  const { grid: _, ...plain } = matrix;
  const paths = csvFiles(plain).map(({ path }) => path);
  assert.ok(!paths.includes("grid.csv") && !paths.includes("contrasts.csv"));
  assert.deepEqual(gridSection(plain), []);
});

Deno.test("parseRecord() refuses a grid that fits neither its axes nor the arms", () => {
  const refused = (change: object, message: RegExp) => {
    const text = JSON.stringify({ ...matrix, ...change });
    assert.throws(() => parseRecord(text, "result.json"), { name: "UsageError", message });
  };
  const on = (change: Partial<Grid>) => ({ grid: { ...norms, ...change } });
  refused(on({ axes: [] }), /^Cannot read "result.json" as grid\.axes must have one axis or more/);
  refused(on({ effect: "WZ" }), /grid\.effect must be the name of an axis: current value is "WZ"$/);
  refused(
    on({ at: { ln: ["BN", "with"] } }),
    /places of the run's arms alone: it has one of "ln"$/,
  );
  const place = /grid\.at\.gn must be a level of each axis: current value is \["GN"/;
  refused(on({ at: { gn: ["GN"] } }), place);
  refused(on({ at: { gn: ["GN", "witch"] } }), place);
  refused({ arms: matrix.arms.slice(0, 2) }, /it has one of "gn"$/);
});

Deno.test("the report of a grid is a pure function of result.json", async () => {
  const { record } = parseRecord(JSON.stringify(matrix), "result.json");
  assert.deepEqual(await reportFiles(record), await reportFiles(matrix));
});
