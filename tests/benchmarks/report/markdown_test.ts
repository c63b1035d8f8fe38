import assert from "node:assert/strict";
import { byteLength, fitted } from "../../../benchmarks/report/fit.ts";
import { markdownOf as report } from "./forms.ts";
import { cell, overhead, panel, result } from "./synthetic.ts";
import { hugeResult } from "./synthetic_huge.ts";

/** The rows of the first table below a heading, as cells. */
function tableOf(text: string, heading: string): string[][] {
  const section = text.split(/^#+ /m).find((section) => section.startsWith(heading));
  assert.ok(section !== undefined, heading);
  return section.split("\n").filter((line) => line.startsWith("|"))
    .map((line) => line.split(/(?<!\\)\|/).slice(1, -1).map((text) => text.trim()));
}

Deno.test("report.md has the metric by arm and seed with its mean and interval", () => {
  const rows = tableOf(report(result()), "mIoU (%)");
  assert.deepEqual(rows[0], [
    "arm",
    ...[0, 1, 2, 3, 4, 5].map((seed) => `seed ${seed}`),
    "mean ± 95 %",
  ]);
  assert.deepEqual(rows[2]?.slice(0, 3), ["baseline", "40.00", "40.84"]);
  assert.match(rows[3]?.at(-1) ?? "", /^\*\*41\.\d\d ± 0\.\d\d\*\*$/, "the best");
  assert.match(rows[4]?.at(-1) ?? "", /^38\.\d\d ± 0\.\d\d$/);
  assert.equal(rows.length, 5);
});

Deno.test("report.md has paired differences against the baseline and of ws-all against ws", () => {
  const rows = tableOf(report(result()), "Differences");
  assert.deepEqual(rows.slice(2).map((row) => row[0]), [
    "ws − baseline",
    "ws-all − baseline",
    "ws-all − ws",
  ]);
  assert.match(
    rows[2]?.slice(1).join(" ") ?? "",
    /^6 \+1\.\d\d \[\+0\.\d\d, \+1\.\d\d\] \\< 0\.001$/,
  );
});

Deno.test("report.md sets early against late", () => {
  const rows = tableOf(report(result()), "Early against late");
  assert.deepEqual(rows[2]?.slice(0, 4), ["ws − baseline", "6", "+3.00", "+1.00"]);
  assert.match(rows[2]?.[4] ?? "", /^\+2\.00 \[\+1\.\d\d, \+2\.\d\d\]$/);
});

Deno.test("report.md shows speed, with the interval of the added step time", () => {
  const rows = tableOf(report(result({ overhead: overhead(30, 4) })), "Speed");
  assert.deepEqual(rows[2], ["baseline", "80.0", "100.5", "500", "–", "–"]);
  assert.match(rows[3]?.at(-2) ?? "", /^\+[34]\.\d % \[\+\d\.\d, \+\d\.\d\]$/);
  assert.equal(rows[3]?.at(-1), "30");
  assert.equal(rows[4]?.at(-2), "not timed in turn");
  const few = tableOf(report(result({ overhead: overhead(5, 4) })), "Speed");
  assert.match(few[3]?.at(-2) ?? "", /%, 5 pairs: no interval$/);
});

Deno.test("report.md has a row for each claim, and says that a proxy is one", () => {
  const text = report(result());
  const rows = tableOf(text, "Claims");
  assert.equal(rows.length, 12);
  const c2 = rows.find((row) => row[0]?.startsWith("**C2**"));
  assert.match(
    text,
    /^- \*\*C2, C3, C4\*\*: data streets .*; 40 steps, not 20,096; imageSize 128/m,
  );
  assert.match(c2?.[1] ?? "", /^\*\*reproduced\*\* by a proxy: the interval lies/);
  assert.match(text, /^- \*\*reproduced\*\* C2: .*\. Here \+1\.\d\d mIoU, .*, by a proxy: the/m);
});

Deno.test("report.md says of generated data that it says nothing", () => {
  const run = result();
  run.data.generated = true;
  const text = report(run);
  assert.match(text, /^\*\*Generated data: .*says nothing about Weight Standardization\.\*\*$/m);
  assert.match(text, /Data: streets \(generated\)/);
  assert.doesNotMatch(text, /\*\*(not )?reproduced/);
});

Deno.test("report.md says of a pilot what it was evaluated on, and judges nothing", () => {
  const run = result();
  const whole = report(run);
  assert.doesNotMatch(whole, /[Pp]ilot/);
  run.data.pilotShare = 0.07;
  const text = report(run);
  assert.match(text, /^- Evaluated on: the last 7 % of the training images \(a pilot\)$/m);
  assert.match(text, /^- \*\*A pilot, to choose settings by: .* of the validation images\.\*\*$/m);
  assert.match(text, /^- No claim could be judged/m);
  assert.doesNotMatch(text, /\*\*(not )?reproduced/);
});

Deno.test("report.md says that one seed gives no interval", () => {
  const text = report(result({ seeds: [3] }));
  assert.match(text, /One seed only: there is no interval\./);
  assert.match(tableOf(text, "Differences")[2]?.[2] ?? "", /^\+0\.90, no interval: one pair$/);
  assert.match(text, /^- \*\*inconclusive\*\* C2/m);
});

Deno.test("report.md lists failed, interrupted and missing cells", () => {
  const run = result({ seeds: [0, 1] });
  const failed = cell("ws", 1, {
    status: "failed",
    error: "loss <became> NaN | at\nstep 4",
    steps: 4,
    metrics: {},
    curve: [2, 1, NaN, NaN].map((loss, i) => ({ step: i + 1, epoch: i, loss, learningRate: 1 })),
  });
  run.cells = [...run.cells.filter(({ arm, seed }) => arm === "baseline" || seed === 0), failed];
  const text = report(run);
  assert.match(
    text,
    /^- \*\*WS, 15 ignored, seed 1\*\*: failed after 4 steps: loss \\<became\\> NaN \\\| at step 4; its curve is kept, the last finite loss is 1\.0000 at step 2$/m,
  );
  assert.match(text, /^- \*\*WS on all, seed 1\*\*: did not run$/m);
  assert.equal(tableOf(text, "mIoU (%)")[3]?.[2], "failed");
  assert.equal(tableOf(text, "mIoU (%)")[4]?.[2], "–");
  assert.match(
    text,
    /^- ws − baseline: over 1 common seed; left out: seed 1 \(WS, 15 ignored failed\)$/m,
  );
});

Deno.test("report.md can be made of a run without a single cell", () => {
  const text = report(result({ cells: [] }));
  assert.match(text, /No cell has a metric\./);
  assert.equal(text.match(/\*\*: did not run$/gm)?.length, 18);
});

Deno.test("report.md gives each warning once, with its count and advice", () => {
  const warning = { code: "noisy-clock", message: "steps scatter", advice: "Close other programs" };
  const run = result({ seeds: [0], warnings: [warning] });
  run.cells.forEach((each) => each.warnings = [warning]);
  assert.match(
    report(run),
    /^- \*\*noisy-clock\*\* \(4 times\): steps scatter\. Close other programs$/m,
  );
  const many = Array.from({ length: 50 }, (_, i) => ({ ...warning, message: `m${i}` }));
  assert.match(report(result({ warnings: many })), /^- and 30 more in result\.json$/m);
});

Deno.test("report.md says how to repeat the run, on what, and shows its pictures", () => {
  const text = report(result({ panels: [panel("a", 4, 3)] }));
  assert.match(text, /```sh\ndeno task bench:ade20k --profile proxy --seeds 0,1\n```/);
  assert.match(text, /^- processor: a processor, 2 cores$/m);
  assert.doesNotMatch(text, /oneDNN|instruction sets/, "older results tell nothing of them");
  assert.match(text, /^- data \(SHA-256\): ab12$/m);
  assert.match(text, /srcset="curves-dark\.svg">\n<img alt="[^"]+" src="curves\.svg">/);
  assert.match(text, /No predictions yet[^]*\]\(panel\.png\)/);
  assert.match(text, /^\| dilations \| \\\[1,2\\\] \|$/m);
});

Deno.test("report.md says whether oneDNN computed, and what instructions there were", () => {
  const run = result();
  Object.assign(run.environment, { oneDnn: true, instructionSets: "avx2, avx512f" });
  assert.match(report(run), /^- instruction sets: avx2, avx512f$/m);
  assert.match(report(run), /^- oneDNN: on$/m);
  run.environment.oneDnn = false;
  assert.match(report(run), /^- oneDNN: off$/m);
});

Deno.test("report.md has as many cells in every row of a table as in its header", () => {
  const run = result();
  run.arms.forEach((arm) => arm.label = `a | b * ${arm.name}`);
  const lines = report(run).split("\n");
  lines.forEach((line, i) => {
    if (!line.startsWith("|") || !lines[i - 1]?.startsWith("|")) return;
    const count = (text: string) => text.split(/(?<!\\)\|/).length;
    assert.equal(count(line), count(lines[i - 1] ?? ""), line);
  });
});

Deno.test("report.md of a huge run fits a comment and a step summary, its head unharmed", () => {
  const run = hugeResult();
  const text = report(run);
  assert.ok(text.length < 65_536, "a comment takes 65,536 characters");
  assert.ok(new TextEncoder().encode(text).length < 2 ** 20, "a summary takes a mebibyte");
  assert.match(text, /^# t+…\n/);
  for (const heading of ["mIoU (%)", "Speed", "Claims", "Environment", "How to repeat it"]) {
    assert.ok(text.includes(`\n## ${heading}\n`), heading);
  }
  assert.match(text, /^_Too long to stand here: report\.html has it\._$/m);
});

Deno.test("report.md tells of images passed over and of cells resumed, where there are any", () => {
  const run = result();
  assert.doesNotMatch(report(run), /passed over|Resumed/);
  run.cells[1]!.skippedCount = 3;
  run.cells[2]!.skippedCount = 2;
  run.cells[4]!.resumedAt = [10, 20];
  assert.match(report(run), /^- Images that could not be read: 3, passed over$/m);
  assert.match(report(run), /^- Resumed: 1 cell$/m);
});

Deno.test("report.md leaves nothing out where all of it fits", () => {
  assert.doesNotMatch(report(result({ overhead: overhead(200, 3) })), /Too long/);
});

Deno.test("report.md has one column for all seeds where they are many", () => {
  const seeds = Array.from({ length: 13 }, (_, seed) => seed);
  const run = result({ seeds });
  run.cells[0]!.status = "failed";
  const rows = tableOf(report(run), "mIoU (%)");
  assert.deepEqual(rows[0], ["arm", "mean ± 95 %"]);
  const main = report(run).split("\n").find((line) => line.startsWith("| baseline |"));
  assert.match(main!, /^\| baseline \| 12 of 13 \|/);
});

Deno.test("fitted() replaces the longest blocks, and only as many as it takes", () => {
  assert.deepEqual(fitted(["aaaa", "bb", "ccc"], 9, "-"), ["aaaa", "bb", "ccc"]);
  assert.deepEqual(fitted(["aaaa", "bb", "ccc"], 8, "-"), ["-", "bb", "ccc"]);
  assert.deepEqual(fitted(["aaaa", "bb", "ccc"], 5, "-"), ["-", "bb", "-"]);
  assert.deepEqual(fitted(["ééé", "aaaa"], 9, "-", byteLength), ["-", "aaaa"]);
});
